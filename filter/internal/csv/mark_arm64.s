#include "textflag.h"

// GATHER moves one bit of each byte of a to d, which are all ones or zeros, into one word.
#define GATHER(a, b, c, d, word) \
	VAND  V25.B16, a.B16, a.B16 \
	VAND  V25.B16, b.B16, b.B16 \
	VAND  V25.B16, c.B16, c.B16 \
	VAND  V25.B16, d.B16, d.B16 \
	VADDP b.B16, a.B16, a.B16   \
	VADDP d.B16, c.B16, c.B16   \
	VADDP c.B16, a.B16, a.B16   \
	VADDP a.B16, a.B16, a.B16   \
	VMOV  a.D[0], word

// COMPARE sets each byte of a to d to all ones where the text has a byte of pattern, else to zeros.
#define COMPARE(pattern, a, b, c, d) \
	VCMEQ pattern.B16, V0.B16, a.B16 \
	VCMEQ pattern.B16, V1.B16, b.B16 \
	VCMEQ pattern.B16, V2.B16, c.B16 \
	VCMEQ pattern.B16, V3.B16, d.B16

// func markVectors(text *byte, blocks int, delimiter uint64, ends, lineBreaks, quotes *byte) (wrong, quoted uint64)
TEXT ·markVectors(SB), NOSPLIT, $0-64
	MOVD text+0(FP), R0
	MOVD blocks+8(FP), R1
	MOVD delimiter+16(FP), R2
	MOVD ends+24(FP), R3
	MOVD lineBreaks+32(FP), R4
	MOVD quotes+40(FP), R5

	VDUP R2, V20.B16                // delimiters
	MOVD $0x0A, R6
	VDUP R6, V21.B16                // line feeds
	MOVD $0x0D, R6
	VDUP R6, V22.B16                // carriage returns
	MOVD $0x22, R6
	VDUP R6, V23.B16                // quotes
	VEOR V24.B16, V24.B16, V24.B16  // NULs
	MOVD $0x8040201008040201, R6
	VDUP R6, V25.D2                 // the bit of each byte, by its place in eight
	VEOR V26.B16, V26.B16, V26.B16  // where there was a NUL
	MOVD ZR, R10                    // wrong: what follows a carriage return and is no line feed
	MOVD ZR, R11                    // whether the block before ends with a carriage return
	MOVD ZR, R12                    // quoted

loop:
	VLD1.P 64(R0), [V0.B16, V1.B16, V2.B16, V3.B16]

	COMPARE(V24, V4, V5, V6, V7)
	VORR  V5.B16, V4.B16, V4.B16
	VORR  V7.B16, V6.B16, V6.B16
	VORR  V6.B16, V4.B16, V4.B16
	VORR  V4.B16, V26.B16, V26.B16

	COMPARE(V21, V4, V5, V6, V7)
	COMPARE(V20, V16, V17, V18, V19)
	VORR  V4.B16, V16.B16, V16.B16
	VORR  V5.B16, V17.B16, V17.B16
	VORR  V6.B16, V18.B16, V18.B16
	VORR  V7.B16, V19.B16, V19.B16
	GATHER(V4, V5, V6, V7, R7)
	MOVD.P R7, 8(R4)
	GATHER(V16, V17, V18, V19, R8)
	MOVD.P R8, 8(R3)

	COMPARE(V23, V4, V5, V6, V7)
	GATHER(V4, V5, V6, V7, R8)
	MOVD.P R8, 8(R5)
	ORR    R8, R12, R12

	COMPARE(V22, V4, V5, V6, V7)
	GATHER(V4, V5, V6, V7, R8)
	ORR   R8<<1, R11, R9 // what follows one
	BIC   R7, R9, R9
	ORR   R9, R10, R10
	LSR   $63, R8, R11

	SUB  $1, R1, R1
	CBNZ R1, loop

	VMOV V26.D[0], R6
	VMOV V26.D[1], R7
	ORR  R6, R10, R10
	ORR  R7, R10, R10
	MOVD R10, wrong+48(FP)
	MOVD R12, quoted+56(FP)
	RET
