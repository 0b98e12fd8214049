# One command per target; anything longer is a script in .ci/.

PREFIX ?= $(HOME)/.local
SWIFT ?= swift

ifeq ($(shell uname -s),Darwin)
  # Homebrew's folders are not searched by default, and its curl hides from pkg-config.
  BREW := $(shell brew --prefix 2>/dev/null)
  FLAGS := -Xcc -I$(BREW)/include -Xlinker -L$(BREW)/lib
  export PKG_CONFIG_PATH := $(BREW)/opt/curl/lib/pkgconfig:$(PKG_CONFIG_PATH)
else
  # Swift's own libraries go into the binary, so that it runs on machines without Swift.
  RELEASE_FLAGS := --static-swift-stdlib
endif

BINARY := .build/dist/bulkpatch
BUILD_RELEASE = $(SWIFT) build -c release $(RELEASE_FLAGS) $(FLAGS) --product
TEST = SWIFT='$(SWIFT)' .ci/test $(FLAGS)
# Tests that take minutes: kills and lost requests at every point and at random, and the long simulation.
ENDURANCE := KillSweepTests|ShardSweepTests|FaultSweepTests|RandomTroubleTests|KillTests|LongSimulationTests
# Tests that draw their cases at random, of which 'make test' takes one in five.
RANDOM := $(shell grep -rl 'rounds.[0-9o]' Tests --include='*Tests.swift' | sed 's|.*/||; s|\.swift||' | paste -sd '|' -)

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-all test-report test-scale build release release-bulkpatch release-sandbox install sandbox lint format \
  golden docs recording test-thread test-address bench bench-quick bench-staging bench-guard guard-record check-linkage ci clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: release ## see it work: incidents moved, interactions closed, against the local sandbox
	@BULKPATCH=$(BINARY) .ci/demo

test: release ## run every test except those that take minutes, or a browser
	BULKPATCH_PROGRAMS=$(CURDIR)/.build/dist $(TEST) --skip '$(ENDURANCE)|ReportBrowserTests'

test-all: test ## run those too, on debug builds of the programs, and more randomly drawn cases
	BULKPATCH_ALL_ROUNDS=1 $(TEST) --filter '$(ENDURANCE)|$(RANDOM)'

test-report: release ## open reports in headless Chromium, and keep pictures of them in .build/report
	@command -v chromium >/dev/null || echo "test-report: skipped, chromium is not installed ('.ci/setup chromium' does it)"
	@! command -v chromium >/dev/null || BULKPATCH_PROGRAMS=$(CURDIR)/.build/dist BULKPATCH_REPORT_PICTURES=$(CURDIR)/.build/report \
	  $(TEST) --filter ReportBrowserTests

test-scale: release ## send split runs on a Slurm cluster, over ssh and behind nginx, on this machine, where much goes wrong
	@Tests/Scale/run .build/dist

setup: ## install the system packages that are missing (apt-get or Homebrew)
	@.ci/setup

build: setup ## build for debugging
	$(SWIFT) build $(FLAGS)

release: release-bulkpatch release-sandbox ## build both programs as they are installed, into .build/dist

release-bulkpatch: setup
	$(BUILD_RELEASE) bulkpatch
	@.ci/strip .build/release/bulkpatch .build/dist

release-sandbox: setup
	$(BUILD_RELEASE) bulkpatch-sandbox
	@.ci/strip .build/release/bulkpatch-sandbox .build/dist

install: release ## install both programs, manual and completions under PREFIX (default ~/.local)
	@BULKPATCH=$(BINARY) .ci/install "$(DESTDIR)$(PREFIX)"

sandbox: release ## serve the stand-in that jobs/sites.yaml names, until Ctrl-C
	$(BINARY) sandbox --port 8080 --incidents 1200 --interactions 400 --seed 7

lint: ## check the formatting and the style rules
	$(SWIFT) format lint --strict --parallel --recursive Sources Tests Package.swift

format: ## format all Swift files in place
	$(SWIFT) format --in-place --parallel --recursive Sources Tests Package.swift

golden: setup ## record the expected outputs of the end-to-end tests again (then look at the difference)
	RECORD_GOLDEN=1 $(TEST) --filter EndToEndTests

docs: build ## write the pages of docs/reference that come from the programs
	.build/debug/bulkpatch --generate-documents markdown docs/reference
	.build/debug/bulkpatch-sandbox --generate-documents markdown docs/reference

recording: release ## draw the README's terminal again, from the program itself
	@BULKPATCH=$(BINARY) .ci/recording docs/recording.svg

test-thread: setup ## run the tests under the thread sanitizer
	$(TEST) --sanitize=thread --scratch-path .build-thread

test-address: setup ## run the tests under the address sanitizer
	$(TEST) --sanitize=address --scratch-path .build-address

# BENCH='--large' measures 10,000,000 rows as well; Tests/Benchmarks/bench.py --help lists the rest.
BENCH ?=
MEASURE = Tests/Benchmarks/bench.py $(BINARY) .build/dist/bulkpatch-sandbox

bench: release ## measure against other programs, taking turns, and keep the table (an hour)
	$(MEASURE) --keep $(BENCH)

bench-quick: release ## the same with small sizes, only printed (five minutes)
	$(MEASURE) --quick $(BENCH)

bench-staging: release ## the part about staging alone, only printed (minutes)
	$(MEASURE) --parts staging $(BENCH)

bench-guard: release ## compare the instructions and memory of a row with what is recorded (minutes)
	Tests/Benchmarks/guard.py $(BINARY) .build/dist/bulkpatch-sandbox

guard-record: release
	Tests/Benchmarks/guard.py $(BINARY) .build/dist/bulkpatch-sandbox --record

check-linkage: release ## check the contents, libraries and sizes of the released programs
	@.ci/check-linkage .build/release .build/dist

ci: ## run the checks of continuous integration
	.ci/run

clean: ## remove everything that was built
	rm -rf .build .build-*
