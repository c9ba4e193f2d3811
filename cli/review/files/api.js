// What the page asks of `card-ocr review`. A failure is a `Refusal`, whose answer says what happened.

export class Refusal extends Error {
  constructor(answer) {
    super(answer.error);
    this.answer = answer;
  }
}

export const cards = () => ask("/cards");
export const card = (id) => ask(`/cards/${id}`);
export const photo = (id) => `/photos/${id}`;
export const check = (id, fields) => ask("/checks", { id, fields });
export const review = (decision) => ask("/reviews", decision);
export const rerun = (id) => ask("/reruns", { id });

async function ask(url, content) {
  const options = content && {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(content),
  };
  let response;
  let answer;
  try {
    response = await fetch(url, options);
    if (response.status === 403) throw new Refusal({ error: "forbidden" });
    answer = await response.json();
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal({ error: "lost" });
  }
  if (!response.ok) throw new Refusal(answer);
  return answer;
}
