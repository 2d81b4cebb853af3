Imports System.DirectoryServices

Public Class LegacyLogin
    Private Const LDAP_PATH As String = "LDAP://dc01.kranich.test/DC=kranich,DC=test"
    Private Const SVC_USER As String = "KRANICH\svc_ldap"
    Private Const SVC_PWD As String = "⟦password|Kranich$ommer08⟧"

    Public Function Check(ByVal user As String, ByVal password As String) As Boolean
        If String.IsNullOrEmpty(password) Then Return False
        Using root As New DirectoryEntry(LDAP_PATH, SVC_USER, SVC_PWD)
            Dim s As New DirectorySearcher(root)
            s.Filter = "(sAMAccountName=" & user & ")"
            Dim r As SearchResult = s.FindOne()
            If r Is Nothing Then Return False
        End Using
        Dim pwd As String = "⟦!empty mask|********⟧"
        lblStatus.Text = "Password: " & pwd
        Return True
    End Function
End Class
