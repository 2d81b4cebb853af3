Attribute VB_Name = "ModExport"
Option Explicit
' Export Lohndaten -> DATEV, ursprünglich von ⟦person_name|Herbert Zink⟧ (in Rente), Fragen an ⟦person_name|Ayşe Demirel⟧
Private Const PW_BLATT As String = "⟦password|Lohn!Blatt⟧"     'Blattschutz
Private Const CON As String = "⟦connection_string|Provider=SQLOLEDB;Data Source=SQL2016\LOHN;Initial Catalog=LOHN;User ID=lohnexp;Password=Gr1ffel_Tinte;⟧"
Private Const GUID_LIB As String = "⟦!class id|{4A8EB719-0B6A-4ACC-8E03-CFC3815635E1}⟧"
Dim Kennwort As String, sToken As String

Public Sub Export()
    Dim cn As Object, f As Long
    Kennwort = InputBox("Kennwort:", "Export")
    If Kennwort = "" Then Exit Sub
    If Len(Kennwort) < 8 Then MsgBox "Kennwort zu kurz": Exit Sub
    Sheets("Daten").Unprotect Password:=PW_BLATT
    Set cn = CreateObject("ADODB.Connection"): cn.Open CON
    sToken = HoleToken(Kennwort)
    ActiveWorkbook.SaveAs Filename:="L:\export.xlsx", Password:="⟦password|datev2020⟧", WriteResPassword:=vbNullString
    'Workbooks.Open "L:\alt.xls", Password:="" 
    Sheets("Daten").Protect Password:=PW_BLATT
End Sub

Private Function HoleToken(ByVal Passwort As String) As String
    HoleToken = Hash(Passwort & Environ("USERNAME"))
End Function
