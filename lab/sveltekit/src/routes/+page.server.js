// a form action: SvelteKit itself compares Origin with the site's own before it runs
export const actions = { default: async () => ({ ok: true }) };
