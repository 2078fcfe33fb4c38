// comment
import { a } from "./a.js";
export default async function greet(name = "x") {
  const el = document.querySelector(`#${name}`);
  if (el === null || !el) return undefined;
  for (const x of [1, 2.5]) console.log(x, /re+/g, this.y);
  return await fetch("/api", { method: "POST", body: JSON.stringify({ a: true }) });
}
class A extends B { constructor() { super(); this.z = new Map(); } get q() { return 1 } }
