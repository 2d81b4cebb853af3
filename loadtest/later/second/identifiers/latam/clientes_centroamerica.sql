/* volcado parcial, host db-ca-01, 2026-03-02 */
INSERT INTO clientes VALUES
(1,'GT','⟦person_name|Otto René Xicará⟧','dpi','⟦gt.cui|2430 84192 0901⟧','nit','⟦gt.nit|8338781-1⟧','⟦phone|+502 5159 0704⟧'),
(2,'SV','⟦person_name|Reina Isabel Portillo⟧','dui','⟦sv.dui|03698735-3⟧','nit','⟦sv.nit|0614-280399-115-5⟧','⟦phone|7925-0552⟧'),
(3,'HN','⟦person_name|Dunia Yamileth Cálix⟧','dni','⟦hn.dni|0801-1987-32273⟧',NULL,NULL,'⟦phone|+504 9496-2039⟧'),
(4,'NI','⟦person_name|Bayardo Centeno⟧','cedula','⟦ni.cedula|001-140579-0063K⟧',NULL,NULL,NULL),
(5,'CR','⟦person_name|Marjorie Solís Quirós⟧','cedula','⟦cr.cedula|1-0675-0380⟧',NULL,NULL,'⟦phone|8564-8181⟧'),
(6,'CR','⟦person_name|Wilber Antonio Mairena⟧','dimex','⟦cr.dimex|155855684940⟧',NULL,NULL,NULL),
(7,'CR','Frutas Sarapiquí S.A.','juridica','⟦cr.cedula_juridica|3-101-110938⟧',NULL,NULL,NULL),
(8,'PA','⟦person_name|Itzel Batista de León⟧','cedula','⟦pa.cedula|8-794-4489⟧',NULL,NULL,'⟦phone|6406-5315⟧'),
(9,'DO','⟦person_name|Altagracia Peguero⟧','cedula','⟦do.cedula|001-3692707-6⟧','rnc','⟦do.rnc|1-68-73721-2⟧','⟦phone|809-925-3299⟧'),
(10,'CU','⟦person_name|Yoandris Ferrer Cabrera⟧','ci','⟦cu.ni|91081438871⟧',NULL,NULL,NULL),
(11,'DO','⟦person_name|Altagracia Peguero⟧','cedula','⟦!wrong check digit of a cédula|001-9716115-5⟧',NULL,NULL,NULL);
UPDATE clientes SET version = '4.0.2', lote = 20260302001 WHERE id > 0;
-- comprobante NCF ⟦do.ncf|B0100002657⟧ emitido para (9)
