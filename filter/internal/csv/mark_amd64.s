#include "textflag.h"

// GATHER moves the highest bit of each byte of low and high into one word.
#define GATHER(low, high, word) \
	VPMOVMSKB low, word \
	VPMOVMSKB high, DX  \
	SHLQ      $32, DX   \
	ORQ       DX, word

// func markVectors(text *byte, blocks int, delimiter uint64, ends, lineBreaks, quotes *byte) (wrong, quoted uint64)
TEXT ·markVectors(SB), NOSPLIT, $0-64
	MOVQ text+0(FP), SI
	MOVQ blocks+8(FP), CX
	MOVQ ends+24(FP), DI
	MOVQ lineBreaks+32(FP), R8
	MOVQ quotes+40(FP), R9

	MOVQ         delimiter+16(FP), X10
	VPBROADCASTB X10, Y10
	MOVQ         $0x220D0A, AX      // quote, carriage return, line feed
	MOVQ         AX, X11
	VPBROADCASTB X11, Y11           // line feeds
	SHRQ         $8, AX
	MOVQ         AX, X12
	VPBROADCASTB X12, Y12           // carriage returns
	SHRQ         $8, AX
	MOVQ         AX, X13
	VPBROADCASTB X13, Y13           // quotes
	VPXOR        Y14, Y14, Y14      // NULs
	VPCMPEQB     Y15, Y15, Y15      // the least byte so far, in each lane
	XORQ         R10, R10           // wrong: what follows a carriage return and is no line feed
	XORQ         R15, R15           // quoted
	XORQ         R11, R11           // whether the block before ends with a carriage return
	XORQ         BX, BX             // index of words

loop:
	VMOVDQU (SI), Y0
	VMOVDQU 32(SI), Y1
	VPMINUB Y0, Y15, Y15
	VPMINUB Y1, Y15, Y15

	VPCMPEQB Y0, Y11, Y2
	VPCMPEQB Y1, Y11, Y3
	VPCMPEQB Y0, Y10, Y4
	VPCMPEQB Y1, Y10, Y5
	VPOR     Y2, Y4, Y4
	VPOR     Y3, Y5, Y5
	GATHER(Y2, Y3, AX)
	MOVQ     AX, (R8)(BX*8)
	GATHER(Y4, Y5, R12)
	MOVQ     R12, (DI)(BX*8)

	VPCMPEQB Y0, Y13, Y6
	VPCMPEQB Y1, Y13, Y7
	GATHER(Y6, Y7, R12)
	MOVQ     R12, (R9)(BX*8)
	ORQ      R12, R15

	VPCMPEQB Y0, Y12, Y8
	VPCMPEQB Y1, Y12, Y9
	GATHER(Y8, Y9, R12)
	LEAQ     (R11)(R12*2), R13 // what follows one
	SHRQ     $63, R12
	MOVQ     R12, R11
	NOTQ     AX
	ANDQ     AX, R13
	ORQ      R13, R10

	ADDQ $64, SI
	INCQ BX
	CMPQ BX, CX
	JB   loop

	VPCMPEQB  Y14, Y15, Y0
	VPMOVMSKB Y0, AX
	ORQ       AX, R10
	MOVQ      R10, wrong+48(FP)
	MOVQ      R15, quoted+56(FP)
	VZEROUPPER
	RET
