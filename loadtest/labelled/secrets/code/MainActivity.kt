package test.ulmenhain.wetter

import android.os.Bundle
import androidx.appcompat.app.AppCompatActivity
import okhttp3.*

class MainActivity : AppCompatActivity() {

    companion object {
        private const val OPENWEATHER = "⟦openweather.api_key|a357a40ab7c64de0761f00896e20f2c0⟧"
        private const val MAPS_KEY = "⟦gcp.api_key|AIzaSy8P5lv4vV8C-Awr3ZmLi24x06gmlCH-JRT⟧"
        const val PREF_TOKEN = "token"
        const val EXTRA_PASSWORD = "test.ulmenhain.wetter.EXTRA_PASSWORD"
    }

    private val http = OkHttpClient.Builder()
        .addInterceptor { chain ->
            val r = chain.request().newBuilder()
                .header("Authorization", Credentials.basic("wetter", "⟦password|Sturm&Drang1774⟧"))
                .build()
            chain.proceed(r)
        }.build()

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        setContentView(R.layout.activity_main)
        val url = "https://api.openweathermap.org/data/2.5/weather?q=Ulm&units=metric&appid=$OPENWEATHER"
        http.newCall(Request.Builder().url(url).build()).enqueue(WeatherCallback(this))
    }
}
