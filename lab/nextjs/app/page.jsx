import { order } from "./actions";

export const dynamic = "force-dynamic";
export default function Page() {
  return <form action={order}><button>Order</button></form>;
}
