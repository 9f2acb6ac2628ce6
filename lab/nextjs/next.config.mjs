export default { generateBuildId: () => "lab", poweredByHeader: true, experimental: { authInterrupts: true }, outputFileTracingRoot: import.meta.dirname };
