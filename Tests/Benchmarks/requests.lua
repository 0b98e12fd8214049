-- What wrk asks for: requests.lua METHOD RECORDS. PATCH sends what barecurl sends, with another account each time, to
-- records that are drawn at random.
local method, records
local random = math.random

function init(arguments)
  method, records = arguments[1], tonumber(arguments[2])
  wrk.headers["Authorization"] = "Basic YWRtaW46c2FuZGJveA=="  -- admin:sandbox
  wrk.headers["OSvC-CREST-Application-Context"] = "benchmark"
  if method == "PATCH" then wrk.headers["Content-Type"] = "application/json" end
end

function request()
  local body
  if method == "PATCH" then
    body = string.format('{"assignedTo":{"account":{"id":%d}},"statusWithType":{"status":{"id":1}}}', random(1, 20))
  end
  return wrk.format(method, "/services/rest/connect/v1.4/incidents/" .. random(1, records), nil, body)
end
