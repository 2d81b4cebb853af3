INSERT INTO app_installs (install_id, platform, ad_id, push_token, phone, lat, lon, created) VALUES
('⟦!uuid of an install|05b11912-d110-4634-8e4c-ed092984b24c⟧','android','⟦advertising_id|5980d5e9-ffed-476d-8531-9d833b636fc0⟧','⟦?device_id|ycAscAXcSCQLJ3pkq2eZcS:APA91bWD7ojlsqoSKa9GUIpJGX6kysOnfHTqBJj0blODp0hOTHgLFCU81HRSaSNljLLRba1IYWQG8ZopqFHfA21k7tCGjk73ioVW60RCwjhmluywR7EQYqkTdgvg19⟧','⟦phone|+4369987032067⟧',⟦?geo_coordinates|48.20834⟧,⟦?geo_coordinates|16.37251⟧,'2024-06-01'),
('⟦!uuid of an install|4b3d9751-c2cf-4c09-be90-d3df01fe9414⟧','ios','⟦advertising_id|E2A94C07-1B6D-4F83-90AC-7D5512F8B3E6⟧',NULL,'⟦phone|+491724011773⟧',⟦?geo_coordinates|47.81100⟧,⟦?geo_coordinates|13.03312⟧,'2024-06-02'),
('⟦!uuid of an install|941560f4-69a1-4f18-977e-7782bd1253e9⟧','ios','⟦!zeroed, tracking refused|00000000-0000-0000-0000-000000000000⟧',NULL,NULL,NULL,NULL,'2024-06-02');
-- parking tickets, zone ids and fees
INSERT INTO tickets VALUES ('⟦!ticket number|0664-2024-0612⟧', 16.37, 48.20, 2.50), ('⟦!ticket number|0664-2024-0613⟧', 1.00, 2.00, 3.00);
