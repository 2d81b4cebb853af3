#include <WiFi.h>
#include <PubSubClient.h>
#include "DHT.h"

const char* ssid = "Fritz!Box 7590 KX";
const char* password = "⟦wifi_psk|48201937465582910374⟧";

const char* mqtt_server = "⟦?ipv4|192.168.178.40⟧";
const char* mqtt_user = "sensor";
const char* mqtt_pass = "⟦password|gurkensalat⟧";

#define IO_USERNAME  "balkonbauer"
#define IO_KEY       "⟦adafruit.io_key|aio_0DkDLPLJLnEAbbEOT0TzJQAT3soY⟧"
#define DHTPIN 4

WiFiClient espClient;
PubSubClient client(espClient);
DHT dht(DHTPIN, DHT22);

void setup() {
  Serial.begin(115200);
  WiFi.begin(ssid, password);
  while (WiFi.status() != WL_CONNECTED) { delay(500); Serial.print("."); }
  client.setServer(mqtt_server, 1883);
  dht.begin();
}

void loop() {
  if (!client.connected()) client.connect("balkon1", mqtt_user, mqtt_pass);
  char buf[8];
  dtostrf(dht.readTemperature(), 4, 1, buf);
  client.publish("balkon/temp", buf);
  delay(60000);
}
