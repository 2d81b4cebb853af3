# config/initializers/services.rb -- moved here from the wiki, will be moved to credentials.yml.enc
SERVICES = {
  buildkite:   "⟦buildkite.api_token|bkua_3d5c56bcc20881ad0dbc0a5339789c03266413e3⟧",
  rubygems:    "⟦rubygems.api_key|rubygems_aa8ad74ec90f451660404cf1297659e5513ec47fa27d6d7a⟧",
  openweather: { appid: "⟦openweather.api_key|799e796bbbd87e1f3cbbb3860453184a⟧", units: "metric" },
  shodan:      { shodan_api_key: "⟦shodan.api_key|qPzahGzWLLVa0xHVg1c6QxHkYCcKnPh3⟧" },
  ipinfo:      { ipinfo_token: "⟦ipinfo.token|c5ff545c637004⟧" },
  deepgram:    { deepgram_api_key: "⟦deepgram.api_key|0327ab43cf43000c25a09bfe0288cfcbef48c014⟧" },
  lob:         "⟦lob.api_key|live_94d1befdd4a3e2744ff616d4b3d7bd95dce⟧",
  gocardless:  { gocardless_access_token: "⟦gocardless.access_token|live_vTlAmJ8s2c4BWmrWzdLCXt0p9zmeCmBhXPAJg1us⟧" },
  fastly:      { fastly_api_token: "⟦fastly.api_token|HUT1mgYRYpFwvKcB6zt4MUzQcHc1upf8⟧" },
  messagebird: { messagebird_access_key: "⟦messagebird.access_key|TuBopuo5qi0TWkYfGvg0ckl1W⟧" },
  mixpanel:    { project: 2718281, mixpanel_api_secret: "⟦mixpanel.api_secret|acb45121cb1b1210abee8d1b35b0552d⟧" },
  zendesk:     { user: "⟦email|hilfe@kranich-verlag.de⟧/token", zendesk_api_token: "⟦zendesk.api_token|gzYHckAvOfHzrFkdjy9hhrtfJGQRYiOHsHhxj2yO⟧" },
  freshdesk:   { domain: "kranich", freshdesk_api_key: "⟦freshdesk.api_key|ApYEgSBxCWITvXxmj4o6⟧" },
  maxmind:     { account: 418823, license_key: "⟦maxmind.license_key|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⟧" },
  webhook_id:  "⟦!uuid|915bc1c5-a315-4c50-b19c-e0f7c0aecead⟧",
}.freeze
