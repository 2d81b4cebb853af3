library(DBI)
library(httr)

con <- dbConnect(odbc::odbc(),
  Driver    = "SnowflakeDSIIDriver",
  Server    = "xy48211.eu-central-1.snowflakecomputing.com",
  UID       = "R_LOADER",
  PWD       = "⟦password|7Zwerge_im_Wald⟧",
  Warehouse = "LOAD_WH"
)

# Zugang zum Umfrage-Tool
r <- GET("https://api.typeform.com/forms/Qx81Lp/responses",
         add_headers(Authorization = "Bearer ⟦typeform.access_token|tfp_067t2cB6kvrAMylsVFzPXIbYurJp53EhWGMJc9zgRfI0_CbLfdjXCENG6⟧"))
stop_for_status(r)
x <- content(r)$items

dbWriteTable(con, "SURVEY_RAW", do.call(rbind, lapply(x, as.data.frame)), overwrite = TRUE)
message(Sys.time(), " rows: ", length(x))
# set.seed(20240612)
dbDisconnect(con)
