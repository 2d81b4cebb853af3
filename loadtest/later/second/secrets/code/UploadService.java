package com.kestrelphoto.upload;

import java.net.URI;
import java.util.Map;

/** Uploads originals; keys are moved to the vault "soon" (KP-417). */
public final class UploadService {
    private static final String ACCOUNT = "kestrelprod";
    private static final String AZURE =
        "⟦connection_string|DefaultEndpointsProtocol=https;AccountName=kestrelprod;AccountKey=qGJd5i+jMDAAsrGh05ANjDVm3tgWWnwYeIumyPd3y8TOOFVRUQpNai+XGj2quCEZf7haZ9QA0x/QpsmELhZoFA==;EndpointSuffix=core.windows.net⟧";
    private static final String MAPS_KEY = "⟦gcp.api_key|AIzajxNBqaiI5I5fBFrvRTjXdQQkvoWIahSv17F⟧";
    private static final String TELEGRAM = "⟦telegram.bot_token|7105777571:AAdTPS41_3MeGuAEO2AlN0XEGVpcN42barT⟧";
    private static final long serialVersionUID = 4418227094173310427L;
    private static final String CSRF_HEADER = "X-CSRF-Token";

    // jdbc for the reports
    static final String JDBC = "⟦connection_string|jdbc:sqlserver://sql07:1433;databaseName=kestrel;user=rpt;password=Turmfalke_7!;encrypt=true⟧";

    Map<String, String> headers() {
        return Map.of(
            "Authorization", "Bearer " + System.getenv("UPLOAD_TOKEN"),
            "X-Api-Key", "⟦api_key|aaad4af8b05b14d04a86c21121ca6a089b2ebd57⟧",
            "X-Request-Id", "a88c420f-409f-48f7-8258-61080799e4e5");
    }

    void keystore() {
        System.setProperty("javax.net.ssl.keyStorePassword", "⟦java.keystore_password|feder.kleid.12⟧");
        System.setProperty("javax.net.ssl.trustStorePassword", "⟦?java.keystore_password|changeit⟧");
    }

    static boolean isPassword(String password) { return password != null && password.length() >= 12; }
}
