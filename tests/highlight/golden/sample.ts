interface User { id: number; name?: string }
type Id = string | number;
export function f<T extends User>(x: T): Promise<T[]> { return null as any; }
enum Color { Red = 1 }
@Component({ a: 1 })
class A<T> implements B { private readonly x: number = 1; }
