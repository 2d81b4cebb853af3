package test.erlenbach.etl

import org.apache.spark.sql.{SaveMode, SparkSession}

object EtlJob extends App {

  val spark = SparkSession.builder
    .appName("nightly-orders")
    .config("spark.hadoop.fs.s3a.access.key", "⟦aws.access_key_id|AKIASDPPS5YAMVBNUHQ2⟧")
    .config("spark.hadoop.fs.s3a.secret.key", "⟦aws.secret_access_key|1arq27qZhX+GvrIdn2MGZ1UnMzvFGF8VNY5dX8oP⟧")
    .config("fs.azure.account.key.erlenbachlake.dfs.core.windows.net", "⟦azure.storage_key|vZoeRhhr4H2AhoUI03XW7+gCasBLpHIPBVCP337cuhcZ/d0AGswX+IbPAad2ud3o95t3PgSxrKdCZ1TJLTi3vw==⟧")
    .getOrCreate()

  val jdbc = "⟦connection_string|jdbc:postgresql://dwh.erlenbach.test:5432/dwh?user=etl&password=Mahlzeit-1300⟧"

  spark.read.format("jdbc")
    .option("url", jdbc)
    .option("dbtable", "public.orders")
    .option("fetchsize", "10000")
    .load()
    .write.mode(SaveMode.Overwrite)
    .parquet("s3a://erlenbach-raw/orders/")
}
