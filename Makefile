# One command per target; what is longer is a script in .ci/.

PREFIX ?= $(HOME)/.local
SWIFT ?= swift

ifeq ($(shell uname -s),Darwin)
  # Homebrew's folders are not searched by default, and its curl hides from pkg-config.
  BREW := $(shell brew --prefix 2>/dev/null)
  FLAGS := -Xcc -I$(BREW)/include -Xlinker -L$(BREW)/lib
  export PKG_CONFIG_PATH := $(BREW)/opt/curl/lib/pkgconfig:$(PKG_CONFIG_PATH)
else
  # Swift's own libraries go into the binary, so that it runs where there is no Swift.
  RELEASE_FLAGS := --static-swift-stdlib
endif

BINARY := .build/release/bulkpatch
TEST := $(SWIFT) test --disable-xctest $(FLAGS)

.DEFAULT_GOAL := help
.PHONY: help setup demo test build release install sandbox lint format golden test-thread test-address \
  check-linkage ci clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: release ## see it work: incidents moved, interactions closed, against the local sandbox
	@BULKPATCH=$(BINARY) .ci/demo

test: setup ## run every test
	$(TEST)

setup: ## install the system packages that are missing (apt-get or Homebrew)
	@.ci/setup

build: setup ## build for debugging
	$(SWIFT) build $(FLAGS)

release: setup ## build the binary that is installed
	$(SWIFT) build -c release --product bulkpatch $(RELEASE_FLAGS) $(FLAGS)

install: release ## install the binary and its completions under PREFIX (default ~/.local)
	@BULKPATCH=$(BINARY) .ci/install "$(DESTDIR)$(PREFIX)"

sandbox: release ## serve the stand-in that jobs/sites.yaml names, until Ctrl-C
	$(BINARY) sandbox --port 8080 --incidents 1200 --interactions 400 --seed 7

lint: ## check the formatting and the style rules
	$(SWIFT) format lint --strict --parallel --recursive Sources Tests Package.swift

format: ## format all Swift files in place
	$(SWIFT) format --in-place --parallel --recursive Sources Tests Package.swift

golden: setup ## record the expected outputs of the end-to-end tests anew (then look at the difference)
	RECORD_GOLDEN=1 $(TEST) --filter EndToEndTests

test-thread: setup ## run the tests under the thread sanitizer
	$(TEST) --sanitize=thread --scratch-path .build-thread

test-address: setup ## run the tests under the address sanitizer
	$(TEST) --sanitize=address --scratch-path .build-address

check-linkage: release ## check what the released binary needs to run, and its size
	@BULKPATCH=$(BINARY) .ci/check-linkage

ci: ## what continuous integration runs
	.ci/run

clean: ## remove everything that was built
	rm -rf .build .build-*
