-- nginx: check the caller's key before anything else
local cjson = require "cjson.safe"
local redis = require "resty.redis"

local SHARED = "⟦api_key|WjbJRyAdxZMUNxFubqPOMiLATHp2Qy34rfLMzMug⟧"
local ALLOWED = { GET = true, HEAD = true }

local red = redis:new()
red:set_timeout(200)
local ok, err = red:connect("⟦!loopback|127.0.0.1⟧", 6379)
if not ok then
  ngx.log(ngx.ERR, "redis: ", err)
  return ngx.exit(503)
end
local _, aerr = red:auth("⟦password|spatz-in-der-hand⟧")

local key = ngx.req.get_headers()["X-Api-Key"]
if key ~= SHARED or not ALLOWED[ngx.var.request_method] then
  ngx.status = 401
  ngx.say(cjson.encode({ error = "missing or wrong api key" }))
  return ngx.exit(401)
end
