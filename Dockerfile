# syntax=docker/dockerfile:1
# The operator's image. Give NODE_IMAGE by digest to pin it.
ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
# No package's own script is run: the bundler's program is a package by itself, and Node is the image's.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY tools ./tools
COPY lab ./lab
COPY src ./src
RUN npm run build

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="meshlift" org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production
# Fewer pools of freed memory: a process of few threads has no use for one each.
ENV MALLOC_ARENA_MAX=2
WORKDIR /app
# The bundle carries what it needs, and dist/meshlift.cdx.json (CycloneDX) says what that is made of; the lab, which is not for production, would want dynalite beside it.
COPY --from=build /build/dist ./dist
COPY package.json LICENSE ./
USER node
EXPOSE 8080
# The health port answers as soon as the process lives; readiness is for the orchestrator.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/livez').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Exec form: node is the process that gets SIGTERM, finishes the call at hand, releases its leases and ends with 0.
# A small young generation: an idle operator keeps no garbage of its last looks.
ENTRYPOINT ["node", "--max-semi-space-size=2", "dist/meshlift.js"]
CMD ["operator", "--health-port", "8080", "--health-host", "0.0.0.0"]
