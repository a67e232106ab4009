/* SPDX-License-Identifier: MIT */
/* SHA-256, block by block. Names of variables are those of FIPS 180-4, 6.2.2. */
#include "sha256.h"

#include <libbase/bytes.h>
#include <libbase/mem.h>

#define BLOCK_BYTES  64u
#define ROUNDS       64u
#define LENGTH_BYTES 8u /* The number of bits, at the end of the last block. */

/* The fractional parts of the cube roots of the first 64 primes. */
static const uint32_t K[ROUNDS] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotate(uint32_t x, unsigned right)
{
    return x >> right | x << (32 - right);
}

/* Words 16 and up come from those before. */
static void schedule(uint32_t w[ROUNDS], const uint8_t *block)
{
    for (unsigned t = 0; t < 16; t++) {
        w[t] = tn_load_be32(block + 4 * t);
    }
    for (unsigned t = 16; t < ROUNDS; t++) {
        uint32_t x = w[t - 15];
        uint32_t y = w[t - 2];
        w[t] = w[t - 16] + w[t - 7] + (rotate(x, 7) ^ rotate(x, 18) ^ x >> 3) +
               (rotate(y, 17) ^ rotate(y, 19) ^ y >> 10);
    }
}

/* The eight working variables. */
struct state {
    uint32_t a, b, c, d, e, f, g, h;
};

/* The fractional parts of the square roots of the first 8 primes. */
static const struct state START = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                   0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

static struct state next_round(struct state s, uint32_t key_and_word)
{
    uint32_t t1 = s.h + (rotate(s.e, 6) ^ rotate(s.e, 11) ^ rotate(s.e, 25)) +
                  ((s.e & s.f) ^ (~s.e & s.g)) + key_and_word;
    uint32_t t2 = (rotate(s.a, 2) ^ rotate(s.a, 13) ^ rotate(s.a, 22)) +
                  ((s.a & s.b) ^ (s.a & s.c) ^ (s.b & s.c));
    return (struct state){t1 + t2, s.a, s.b, s.c, s.d + t1, s.e, s.f, s.g};
}

static void add_block(struct state *hash, const uint8_t *block)
{
    uint32_t w[ROUNDS];
    struct state s = *hash;
    schedule(w, block);
    for (unsigned t = 0; t < ROUNDS; t++) {
        s = next_round(s, K[t] + w[t]);
    }
    *hash = (struct state){hash->a + s.a, hash->b + s.b, hash->c + s.c, hash->d + s.d,
                           hash->e + s.e, hash->f + s.f, hash->g + s.g, hash->h + s.h};
}

/* The bytes behind the last whole block, a one bit, zeros, and the number of bits: one block or two. */
static void add_end(struct state *hash, const uint8_t *rest, size_t rest_bytes, uint64_t length)
{
    uint8_t end[2 * BLOCK_BYTES] = {0};
    size_t bytes = rest_bytes + 1 + LENGTH_BYTES <= BLOCK_BYTES ? BLOCK_BYTES : 2 * BLOCK_BYTES;
    memcpy(end, rest, rest_bytes);
    end[rest_bytes] = 0x80;
    tn_store_be64(end + bytes - LENGTH_BYTES, length * 8);
    for (size_t at = 0; at < bytes; at += BLOCK_BYTES) {
        add_block(hash, end + at);
    }
}

void sha256(const void *bytes, size_t length, uint8_t digest[SHA256_BYTES])
{
    const uint8_t *from = bytes;
    size_t whole = length - length % BLOCK_BYTES;
    struct state hash = START;
    for (size_t at = 0; at < whole; at += BLOCK_BYTES) {
        add_block(&hash, from + at);
    }
    add_end(&hash, from + whole, length - whole, length);
    const uint32_t words[] = {hash.a, hash.b, hash.c, hash.d, hash.e, hash.f, hash.g, hash.h};
    for (unsigned i = 0; i < TN_ARRAY_LEN(words); i++) {
        tn_store_be32(digest + 4 * i, words[i]);
    }
}
