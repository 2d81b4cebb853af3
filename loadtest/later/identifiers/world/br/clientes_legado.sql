-- dump parcial: loja_legado.clientes  (mysqldump 5.7, host db-legado-02)
SET NAMES utf8mb4;
DROP TABLE IF EXISTS `clientes`;
CREATE TABLE `clientes` (
  `id` int NOT NULL AUTO_INCREMENT,
  `nome` varchar(120), `cpf_cnpj` varchar(18), `ie` varchar(20),
  `nasc` date DEFAULT NULL, `fone` varchar(20), `email` varchar(80), `chave_pix` varchar(77), `pedido_ult` bigint,
  PRIMARY KEY (`id`)
);
INSERT INTO `clientes` VALUES
(10417,'⟦person_name|Wanderson Ramos de Aguiar⟧','⟦br.cpf|417.902.338-52⟧',NULL,'⟦date_of_birth|1987-06-19⟧','⟦phone|(31) 98849-0199⟧','⟦email|wanderson.aguiar@uol.com.br⟧','⟦br.pix_key|41f7c2b0-8d3e-4a55-9c17-6b20e8455477⟧',91518334377),
(10418,'Papelaria Três Irmãos Ltda','⟦br.cnpj|63.928.759/0001-59⟧','⟦br.inscricao_estadual|062.963838.90-93⟧',NULL,'⟦phone|(34) 3236-9792⟧','⟦email|compras@tresirmaos.ind.br⟧','⟦br.cnpj|63.928.759/0001-59⟧',82372937981),
(10419,'⟦person_name|Iracema Kaingang dos Santos⟧','⟦br.cpf|09316464218⟧',NULL,'⟦date_of_birth|1959-12-02⟧','⟦phone|+55 49 99148-4956⟧',NULL,'⟦phone|+5549991484956⟧',67657880190),
(10420,'Cliente balcão','⟦!all digits the same, a placeholder|000.000.000-00⟧','ISENTO',NULL,NULL,NULL,NULL,30234872402),
(10421,'Nova Aurora Softwares S.A.','⟦br.cnpj|R7.K4P.2XB/0001-95⟧','⟦br.inscricao_estadual|110.829.007.119⟧',NULL,'⟦phone|11 3045-4472⟧','⟦email|fiscal@novaaurora.com.br⟧',NULL,98268539417);
-- 10422 removido: cpf ⟦!wrong check digit|417.902.338-90⟧ inválido no SERPRO (protocolo 2026.0003550-7)
UPDATE `clientes` SET `ie`='ISENTO' WHERE `ie` IS NULL;
