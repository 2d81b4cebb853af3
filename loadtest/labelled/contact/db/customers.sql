CREATE TABLE kunden (id int, name text, telefon text, mobil text, mail text, plz char(5), ip inet, bestellnr text);
COPY kunden FROM stdin;
10017	⟦person_name|Hinrich Oltmanns⟧	⟦phone|040/38535459⟧	⟦phone|01522/8393708⟧	⟦email|oltmanns.h@nordpost-mail.de⟧	26721	⟦ipv4|217.87.204.15⟧	⟦!order number|2024-061-4471⟧
10018	⟦person_name|Zeynep Aksoy⟧	\N	⟦phone|01728250242⟧	⟦email|zeynep.aksoy@postkiste.de⟧	45127	⟦ipv4|91.39.60.244⟧	⟦!order number|2024-061-4472⟧
10019	⟦person_name|Pierre-Yves Le Goff⟧	⟦phone|+33 5 95 15 21 48⟧	\N	⟦email|py.legoff@courrielbox.fr⟧	29200	⟦ipv6|2a01:e0a:4b1:9d70:54c3:f1ff:fe02:8812⟧	⟦!order number|2024-061-4473⟧
10020	Testkunde	0	0	\N	00000	⟦?ipv4|192.0.2.17⟧	⟦!order number|2024-061-4474⟧
\.
SELECT setval('kunden_id_seq', 10020);
