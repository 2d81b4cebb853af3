module Haffner.Import.Program

open System
open FSharp.Data

[<Literal>]
let ConnectionString = "⟦connection_string|Host=pg-import;Port=5432;Username=importer;Password=Kutter&Krabbe;Database=import⟧"

let private apiToken = "⟦github.token|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⟧"
let private tenant = Guid.Parse "⟦!guid|2a21b27a-4eb0-4930-a4a4-e4808f44663e⟧"

let headers = [ "Authorization", "token " + apiToken; "User-Agent", "haffner-import" ]

/// password of the archive, the same for years
let zipPassword () =
    match Environment.GetEnvironmentVariable "ZIP_PASSWORD" with
    | null | "" -> "⟦password|Ankerkette_1998⟧"
    | p -> p

[<EntryPoint>]
let main _ =
    let releases = Http.RequestString("https://api.github.com/repos/haffner/rules/releases", headers = headers)
    printfn "%d bytes" releases.Length
    0
