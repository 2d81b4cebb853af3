-- volcado parcial, tabla proveedores
INSERT INTO proveedores (id, razon, cif, nif_iva, contacto) VALUES
 (447, 'Talleres Beltrán SL', '⟦es.cif|A81350605⟧', '⟦es.vat|ESA47614557⟧', '⟦email|admin@talleresbeltran.example⟧'),
 (448, 'Hortalizas Lobo SA', '⟦es.cif|A-21403209⟧', '⟦es.vat|ESB91261636⟧', '⟦email|pedidos@hlobo.example⟧'),
 (449, 'Ayuntamiento de Vall', '⟦es.cif|P0311900E⟧', NULL, NULL),
 (450, 'Cooperativa Mar', '⟦es.cif|F03447182⟧', '⟦es.vat|ESA90695412⟧', NULL),
 (451, 'ERROR DE CARGA', '⟦!es.cif with wrong check digit|A07467367⟧', '⟦es.vat|ESA75011536⟧', NULL);
-- total 5 filas; checksum ⟦!hash|9f86d081884c7d659a2feaa0c55ad015⟧
