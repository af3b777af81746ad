import swagger from '@fastify/swagger';
import { utcHour, type Client, type JobQuote } from '@ionet/sdk';
import { PublicKey } from '@solana/web3.js';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import {
  hasZodFastifySchemaValidationErrors,
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { addClusters } from '../cluster/cluster-routes.js';
import type { ClusterDesk } from '../cluster/cluster-desk.js';
import type { Match, NodeListing, OfferListing } from '../engine/index.js';
import { suggestPrice, type PricingParameters } from '../pricing/index.js';
import { isSignedBid } from './bids.js';
import { bits } from './bits.js';
import { DeskError } from './desk-error.js';
import type { HistoryRecorder } from './history-recorder.js';
import { bookedEnd } from './market-view.js';
import { addNetworkRoutes, type NetworkApiOptions } from './network-api.js';
import type { RequestDesk, RequestView } from './request-desk.js';
import * as schemas from './schemas.js';
import { addLogs, findJob } from './log-routes.js';
import type { LogStore } from './logs.js';
import { requireStartTime } from './start-time.js';
import { isSignedWork } from './work.js';
import { addWorkloads } from './workload-routes.js';
import type { WorkloadStore } from './workloads.js';

/** What the API answers from. */
export interface ApiOptions extends NetworkApiOptions {
  readonly client: Client;
  readonly desk: RequestDesk;
  readonly clusters: ClusterDesk;
  readonly workloads: WorkloadStore;
  readonly logs: LogStore;
  readonly histories: HistoryRecorder;
  readonly pricing: PricingParameters;
}

const QUOTES = 5;
const STATUS: Readonly<Record<DeskError['code'], 404 | 409 | 422>> = {
  UnknownCluster: 404,
  UnknownRequest: 404,
  BidRefused: 409,
  TooManyHolds: 409,
  NoMatch: 422,
  NotOnKubernetes: 422,
  StartTimeOutOfRange: 422,
  InsufficientFunds: 422,
};

const texts = (quote: JobQuote): Record<keyof JobQuote, string> => ({
  usd: `${quote.usd}`,
  compute: `${quote.compute}`,
  bookingFee: `${quote.bookingFee}`,
  handlingFee: `${quote.handlingFee}`,
  total: `${quote.total}`,
  providerFee: `${quote.providerFee}`,
  providerNet: `${quote.providerNet}`,
});

function matchOf({ offer, node, quote }: Match): z.input<typeof schemas.matchSchema> {
  const { region, bandwidth, reliability } = node;
  return { offer: offer.id, node: node.id, region, bandwidth, reliability, quote: texts(quote) };
}

function requestOf({
  id,
  buyer,
  order,
  state,
  booking,
  closesAt,
}: RequestView): z.input<typeof schemas.requestSchema> {
  const { maxTotal, ioPrice, ...rest } = order;
  return {
    id,
    buyer,
    order: {
      ...rest,
      ...(maxTotal === undefined ? {} : { maxTotal: `${maxTotal}` }),
      ...(ioPrice === undefined ? {} : { ioPrice: `${ioPrice.price}e${ioPrice.exponent}` }),
    },
    state,
    closesAt,
    booking: booking === null ? null : { ...booking, quote: texts(booking.quote) },
  };
}

/** Puts the routes of the scheduler on a server, with their OpenAPI document at `/openapi.json`. */
export function addRoutes(http: FastifyInstance, options: ApiOptions): void {
  void http.register(async (scope) => {
    scope.setValidatorCompiler(validatorCompiler);
    scope.setSerializerCompiler(serializerCompiler);
    scope.setErrorHandler(async (error: unknown, _request, reply) => {
      if (error instanceof DeskError) {
        await reply.code(STATUS[error.code]).send({ error: error.code, message: error.message });
      } else if (hasZodFastifySchemaValidationErrors(error)) {
        const message = error.validation
          .map((one) => `${one.instancePath || '/'} ${one.message ?? ''}`)
          .join('; ');
        await reply.code(400).send({ error: 'InvalidRequest', message });
      } else {
        throw error;
      }
    });
    await scope.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: {
          title: 'ionet scheduler',
          version: '1.0.0',
          description:
            'Quotes, requests and reverse auctions for compute. Amounts are strings of digits in base units of the ' +
            'payment (IO 8 decimals, USDC and credits 6); prices are micro-USD per device and hour.',
        },
      },
      transform: jsonSchemaTransform,
    });
    addReadings(scope.withTypeProvider<ZodTypeProvider>(), options);
    addRequests(scope.withTypeProvider<ZodTypeProvider>(), options);
    addClusters(scope.withTypeProvider<ZodTypeProvider>(), options);
    addWorkloads(scope.withTypeProvider<ZodTypeProvider>(), options);
    addLogs(scope.withTypeProvider<ZodTypeProvider>(), options);
    addNetworkRoutes(scope.withTypeProvider<ZodTypeProvider>(), options);
    addWork(scope.withTypeProvider<ZodTypeProvider>(), options);
    scope.get('/openapi.json', { schema: { hide: true } }, () => scope.swagger());
  });
}

/** A server whose handlers have the types of their schemas. */
export type TypedServer = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

function addReadings(http: TypedServer, { engine, view, histories, pricing, now }: ApiOptions): void {
  const className = (id: string): string => view.classes.get(id)?.name ?? '';
  const offerOf = (node: NodeListing, { id, terms }: OfferListing): z.input<typeof schemas.offerSchema> => ({
    offer: id,
    node: node.id,
    hardwareClass: node.hardwareClass,
    className: className(node.hardwareClass),
    region: node.region,
    bandwidth: node.bandwidth,
    reliability: node.reliability,
    devices: node.devices,
    freeDevices: engine.freeDevices(node.id),
    terms: { ...terms, price: `${terms.price}`, peakHours: bits(terms.peakHours) },
  });

  http.get(
    '/offers',
    {
      schema: {
        summary: 'Open offers, in the order of their addresses',
        querystring: schemas.offersQuerySchema,
        response: { 200: schemas.offersSchema, 400: schemas.errorSchema },
      },
    },
    ({ query }) => ({
      offers: engine
        .nodes()
        .filter(({ open, hardwareClass, region }) => {
          const isWanted = query.hardwareClass === undefined || query.hardwareClass === hardwareClass;
          return open && isWanted && (query.region === undefined || query.region === region);
        })
        .flatMap((node) => engine.offersOf(node.id).map((offer) => ({ node, offer })))
        .filter(({ offer }) => offer.active && (query.after === undefined || offer.id > query.after))
        .sort((a, b) => (a.offer.id < b.offer.id ? -1 : 1))
        .slice(0, query.limit)
        .map(({ node, offer }) => offerOf(node, offer)),
    }),
  );

  http.get(
    '/nodes/:id',
    {
      schema: {
        summary: 'A node, its reliability, and the jobs that run on it',
        params: z.object({ id: z.string() }),
        response: { 200: schemas.nodeSchema, 404: schemas.errorSchema },
      },
    },
    async ({ params: { id } }, reply) => {
      const node = view.nodes.get(id);
      const listing = engine.node(id);
      if (node === undefined || listing === undefined) {
        return reply.code(404).send({ error: 'UnknownNode', message: 'there is no node of this address' });
      }
      const history = histories.node(id);
      const jobs = [...view.jobs].filter(([, job]) => job.state === 'running' && job.node.toBase58() === id);
      return {
        node: id,
        owner: node.owner.toBase58(),
        operator: node.operator.toBase58(),
        scheduler: node.scheduler?.toBase58() ?? null,
        hardwareClass: listing.hardwareClass,
        className: className(listing.hardwareClass),
        region: listing.region,
        bandwidth: listing.bandwidth,
        open: listing.open,
        devices: listing.devices,
        freeDevices: engine.freeDevices(id),
        reliability: listing.reliability,
        jobsEnded: history?.ended ?? 0,
        jobsFailed: history?.failed ?? 0,
        slashes: history?.slashes ?? 0,
        jobs: jobs.map(([job, account]) => ({
          job,
          devices: bits(engine.reservation(job)?.mask ?? 0),
          endsAt: bookedEnd(account),
        })),
      };
    },
  );

  http.get(
    '/prices',
    {
      schema: {
        summary: 'Suggested prices of all hardware classes, by supply and demand of the moment',
        querystring: schemas.pricesQuerySchema,
        response: { 200: schemas.pricesSchema, 400: schemas.errorSchema },
      },
    },
    ({ query }) => ({
      prices: [...view.classes].map(([id, { name, referencePrice }]) => {
        const nodes = engine
          .nodes()
          .filter(
            ({ open, hardwareClass, region }) =>
              open && hardwareClass === id && (query.region === undefined || query.region === region),
          );
        const devices = nodes.reduce((sum, node) => sum + node.devices, 0);
        const free = nodes.reduce((sum, node) => sum + engine.freeDevices(node.id), 0);
        const demanded = devices - free;
        const { price, floor, utilisationBps } = suggestPrice(
          {
            className: name,
            referencePrice,
            demanded,
            devices,
            region: query.region ?? '',
            hours: query.hours,
            utcHour: Number(utcHour(BigInt(now()))),
          },
          pricing,
        );
        return {
          hardwareClass: id,
          className: name,
          referencePrice: `${referencePrice}`,
          devices,
          demanded,
          utilisationBps: Number(utilisationBps),
          price: `${price}`,
          floor: `${floor}`,
        };
      }),
    }),
  );
}

function addRequests(http: TypedServer, { client, engine, view, desk, now }: ApiOptions): void {
  const requestId = z.object({ id: z.string().regex(/^[0-9a-f]{32}$/) });
  const find = (id: string): RequestView => {
    const request = desk.find(id);
    if (request === undefined) throw new DeskError('UnknownRequest', 'there is no request of this id');
    return request;
  };

  http.post(
    '/quotes',
    {
      schema: {
        summary: `The cheapest offers for an order, ${QUOTES} at most; holds nothing`,
        body: schemas.orderSchema,
        response: { 200: schemas.quotesSchema, 400: schemas.errorSchema, 422: schemas.errorSchema },
      },
    },
    ({ body }) => {
      const order = schemas.orderOf(body);
      requireStartTime(order, now());
      const without = new Set<string>();
      const quotes: z.input<typeof schemas.matchSchema>[] = [];
      while (quotes.length < QUOTES) {
        const match = engine.match(order, { without });
        if (match === null) break;
        without.add(match.offer.id);
        quotes.push(matchOf(match));
      }
      return { quotes };
    },
  );

  http.post(
    '/requests',
    {
      schema: {
        summary:
          'Holds the best offer for a while and gives the transaction to sign, or opens a reverse auction',
        body: schemas.requestBodySchema,
        response: {
          201: schemas.requestSchema,
          400: schemas.errorSchema,
          409: schemas.errorSchema,
          422: schemas.errorSchema,
        },
      },
    },
    async ({ body: { buyer, order, ...options } }, reply) => {
      const request = await desk.open(new PublicKey(buyer), schemas.orderOf(order), now(), options);
      return reply.code(201).send(requestOf(request));
    },
  );

  http.get(
    '/requests/:id',
    {
      schema: {
        summary: 'A request as it stands',
        params: requestId,
        response: { 200: schemas.requestSchema, 400: schemas.errorSchema, 404: schemas.errorSchema },
      },
    },
    ({ params }) => requestOf(find(params.id)),
  );

  http.get(
    '/requests/:id/bids',
    {
      schema: {
        summary: 'The bids of an auction, one a node',
        params: requestId,
        response: { 200: schemas.bidsSchema, 400: schemas.errorSchema, 404: schemas.errorSchema },
      },
    },
    ({ params }) => ({
      bids: find(params.id).bids.map(({ node, price, firmUntil, placedAt }) => ({
        node,
        price: `${price}`,
        firmUntil,
        placedAt,
      })),
    }),
  );

  http.post(
    '/requests/:id/bids',
    {
      schema: {
        summary: "Bids for a request, signed by the node's operator",
        params: requestId,
        body: schemas.bidBodySchema,
        response: {
          201: schemas.requestSchema,
          400: schemas.errorSchema,
          401: schemas.errorSchema,
          404: schemas.errorSchema,
          409: schemas.errorSchema,
        },
      },
    },
    async ({ params: { id }, body }, reply) => {
      const bid = { node: body.node, price: BigInt(body.price), firmUntil: body.firmUntil };
      const operator = view.nodes.get(body.node)?.operator;
      if (operator === undefined || !isSignedBid(client.deployment, id, bid, body.signature, operator)) {
        return reply
          .code(401)
          .send({ error: 'NotOperator', message: "sign with the key of the node's operator" });
      }
      return reply.code(201).send(requestOf(desk.bid(id, bid, now())));
    },
  );
}

function addWork(http: TypedServer, options: ApiOptions): void {
  const { client, view, work } = options;
  const unknownJob = { error: 'UnknownJob', message: 'there is no such job' };

  http.post(
    '/nodes/:id/work',
    {
      schema: {
        summary: "Reports how far the work of a job is, signed by the node's operator",
        params: schemas.addressParamsSchema,
        body: schemas.workBodySchema,
        response: {
          200: schemas.takenSchema,
          400: schemas.errorSchema,
          401: schemas.errorSchema,
          404: schemas.errorSchema,
        },
      },
    },
    async ({ params: { id }, body: { signature, ...report } }, reply) => {
      const operator = view.nodes.get(id)?.operator;
      if (operator === undefined || !isSignedWork(client.deployment, id, report, signature, operator)) {
        return reply
          .code(401)
          .send({ error: 'NotOperator', message: "sign with the key of the node's operator" });
      }
      const job = await findJob(options, report.job);
      if (job?.node.toBase58() !== id) return reply.code(404).send(unknownJob);
      return { taken: await work.record(report) };
    },
  );
}
