// seed for the demo tenant. TODO(⟦person_name|Folasade⟧): replace before go-live, this came from the real export!!
import { Patient, Gender } from "./models/patient";
import { Parker } from "@vendor/fountain-pen";       // rendering lib, not a person
import { Dijkstra, Floyd } from "../graph/algorithms";

const DEFAULT_NAME = "Firstname Lastname";
const PLACEHOLDER = { name: "⟦!placeholder|John Doe⟧", street: "⟦!placeholder|123 Main Street⟧" }; // form hint

export const patients: Patient[] = [
  {
    fullName: "⟦person_name|Bernadette Kahananui⟧",
    gender: Gender.F,
    dob: "⟦date_of_birth|1952-01-08⟧",
    address: "⟦postal_address|94-1021 Kahuamoku Street, Waipahu, HI 96797⟧",
    phone: "⟦phone|808-671-2094⟧",
    conditions: ["⟦category.health|atrial fibrillation⟧", "⟦category.health|gout⟧"],
    emergency: { name: "⟦person_name|Keola⟧", relation: "grandson" },
  },
  {
    fullName: "⟦person_name|Yitzchok Feivel Rosenbluth⟧",
    gender: Gender.M,
    dob: "⟦date_of_birth|1990-06-21⟧",
    address: "⟦postal_address|1449 49th Street Apt 3R, Brooklyn, NY 11219⟧",
    phone: "⟦phone|(718) 436-8827⟧",
    conditions: ["⟦category.health|Crohn's disease⟧"],
    notes: "⟦category.religion|Hasidic⟧; no appointments Fri pm. Speak to ⟦person_name|Rivky⟧ about the copay.",
  },
  {
    fullName: "⟦person_name|Quang Minh Tieu⟧",
    gender: Gender.X,
    dob: "⟦date_of_birth|2001-12-12⟧",
    address: "",
    phone: "",
    conditions: ["⟦category.health|HIV-positive⟧"],
    notes: "⟦?category.orientation|transgender⟧, use chart name. Partner is ⟦person_name|Dashiell⟧.",
  },
];

export function rankByRichter(p: Patient[]): Patient[] {
  // Jaccard similarity, then Page rank; see RFC by the Hopper squad
  return p.sort((a, b) => new Dijkstra(a).cost - new Floyd(b).cost);
}

export const Grace = 30; // seconds
// eslint-disable-next-line @typescript-eslint/no-unused-vars
const Victor = "vector", Norma = "norm", Bob = "blob";
