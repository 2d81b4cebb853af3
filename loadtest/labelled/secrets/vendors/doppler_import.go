package config

// Fallback keys so that the service comes up when Doppler is down.
// nolint:gosec
var fallback = map[string]string{
	"DOPPLER_TOKEN":      "⟦doppler.token|dp.st.prd.xw2W8LQqdDWBiF6AIKgOsv0CJuiqxVehFxLqeoRX6hv⟧",
	"DATABRICKS_TOKEN":   "⟦databricks.token|dapi5c4068f247a53ef2498c61c0eb9363c4⟧",
	"DATABRICKS_HOST":    "adb-9541432547832933.7.azuredatabricks.net",
	"PLANETSCALE_PW":     "⟦planetscale.password|pscale_pw_hoNvX5BvWIXGTxB2uSnYYg7n0BX73enGiFEBZ35mkn8⟧",
	"NEON_API_KEY":       "⟦neon.api_key|napi_w9a8gke565t6tb486xxs4vbczg1y8sx7zltc3va2h0hmmozok4inc3fg1fiqmacu⟧",
	"SUPABASE_ANON":      "⟦?jwt|eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJzdXBhYmFzZSIsInJlZiI6ImtxenZ4bXdwbHRucmNiZGZ5aHNnIiwicm9sZSI6ImFub24iLCJpYXQiOjE3MDAwMDAwMDAsImV4cCI6MjAxNTU3NjAwMH0.ybaB2wxcvEt2HMgzNzOBxLxxP105G1iyWI8Q5tjulKU⟧",
	"SUPABASE_SERVICE":   "⟦jwt|eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJzdXBhYmFzZSIsInJlZiI6ImtxenZ4bXdwbHRucmNiZGZ5aHNnIiwicm9sZSI6InNlcnZpY2Vfcm9sZSIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjoyMDE1NTc2MDAwfQ.cRtPfqGZAg9agHSYfrMV33WJGGkh9VrjpD3GVHiIaWI⟧",
	"SUPABASE_PAT":       "⟦supabase.access_token|sbp_8c4fdcc1f3436d6c98965cfa6ba2ceb20736b8fb⟧",
	"CONTENTFUL_PAT":     "⟦contentful.personal_access_token|CFPAT-K_XVG29mhIfGhJs-iS2pLbSj7FESoZKeSzZqS1AoTca⟧",
	"PREFECT_API_KEY":    "⟦prefect.api_key|pnu_d3esz83yj7gr9fl5k4wqyh6qk4pwq8plfkzu⟧",
	"INFRACOST_API_KEY":  "⟦infracost.api_key|ico-oQiIf33vX5BItM76TYFd8qjs5jjTY7X0⟧",
	"SOURCEGRAPH_TOKEN":  "⟦sourcegraph.access_token|sgp_2206a2c0857f0f02_7102ca1fff5c2bc9119a2185e87f25a7216dc617⟧",
	"DUFFEL_TOKEN":       "⟦duffel.api_token|duffel_live_CfL1rEQL7EwIykqmy_HJpGsR1Un1DkOiE5_E_Yj31R4⟧",
	"PLAID_ACCESS_TOKEN": "⟦plaid.access_token|access-production-65bdf5b3-1880-46ad-a0ba-cacc5edd25e3⟧",
	"BUILD_ID":           "⟦!uuid|7de89773-593f-4c30-9f84-89238def9e2f⟧",
	"SCHEMA_HASH":        "⟦!md5|e880c2c2efdb4ce6bf169c0424ff869f⟧",
}

func Get(k string) string { return fallback[k] }
