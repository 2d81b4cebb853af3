plugins { id("com.android.application"); kotlin("android") }

android {
    namespace = "test.ulmenhain.wetter"
    signingConfigs {
        create("release") {
            storeFile = file("../keys/release.jks")
            storePassword = "⟦java.keystore_password|Wolkenbruch2020⟧"
            keyAlias = "upload"
            keyPassword = "⟦java.keystore_password|Wolkenbruch2021⟧"
        }
        create("ci") {
            storePassword = System.getenv("KEYSTORE_PASSWORD")
            keyPassword = providers.gradleProperty("keyPassword").get()
        }
    }
    defaultConfig {
        versionName = "⟦!version|3.4.1.17⟧"
        resValue("string", "mapbox_access_token", "⟦?mapbox.public_token|pk.eyJ1IjoiYWNrZXJmZWxkIiwiYSI6ImNsNzJnNnFjN2lrOG5hd29qdTFjOGF4cW8ifQ.Q_ZREuvJ81d1gDvMYRtreQ⟧")
        buildConfigField("String", "SENTRY_DSN", "\"⟦?sentry.dsn|https://06964efd343bcbdd8fbd78f8a064ecfc@o2909343.ingest.sentry.io/3728099⟧\"")
    }
}
repositories {
    maven {
        url = uri("https://api.mapbox.com/downloads/v2/releases/maven")
        credentials { username = "mapbox"; password = "⟦mapbox.secret_token|sk.eyJ1IjoiYWNrZXJmZWxkIiwiYSI6ImNsaTd6OWhsZWpxa3ZrZDN6aWxpaTd6ZXEifQ.HK9DzA8oepQOr7dLwqIxIQ⟧" }
    }
}
