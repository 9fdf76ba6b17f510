#include "packet_samples.h"

#include <ctype.h>
#include <string.h>

#include "base/mem.h"

/* Addresses are 10.0.0.1 and 10.0.0.2, fd00::1 and fd00::2; checksums are right unless the name says otherwise. */
static const struct packet_sample samples[] = {
	{
		.name = "SYN of Linux",
		.hex = "4500003c 00014000 400626b9 0a000001 0a000002 9d780050 000003e8 00000000 a002faf0 96f80000 "
			"020405b4 0402080a 00000064 00000000 01030307",
		.says = "SYN seq=1000 win=64240 len=0 mss=1460 sackOK ts=100/0 wscale=7",
	},
	{
		.name = "SYN,ACK",
		.hex = "45000030 00014000 400626c5 0a000001 0a000002 9d780050 00001388 000003e9 7012fe88 bc430000 "
			"020405b4 01030307",
		.says = "SYN,ACK seq=5000 ack=1001 win=65160 len=0 mss=1460 wscale=7",
	},
	{
		.name = "ACK",
		.hex = "45000028 00014000 400626cd 0a000001 0a000002 9d780050 000003e9 00001389 501001f6 e4a10000",
		.says = "ACK seq=1001 ack=5001 win=502 len=0",
	},
	{
		.name = "data",
		.hex = "4500002d 00014000 400626c8 0a000001 0a000002 9d780050 000003e9 00001389 501801f6 a0c20000 "
			"68656c6c 6f",
		.says = "PSH,ACK seq=1001 ack=5001 win=502 len=5",
	},
	{
		.name = "FIN",
		.hex = "45000028 00014000 400626cd 0a000001 0a000002 9d780050 000003ee 00001389 501101f6 e49b0000",
		.says = "FIN,ACK seq=1006 ack=5001 win=502 len=0",
	},
	{
		.name = "RST",
		.hex = "45000028 00014000 400626cd 0a000001 0a000002 9d780050 000003ee 00000000 50040000 fa270000",
		.says = "RST seq=1006 win=0 len=0",
	},
	{
		.name = "RST,ACK",
		.hex = "45000028 00014000 400626cd 0a000001 0a000002 9d780050 00000000 000003e9 50140000 fa1c0000",
		.says = "RST,ACK seq=0 ack=1001 win=0 len=0",
	},
	{
		.name = "urgent",
		.hex = "4500002b 00014000 400626ca 0a000001 0a000002 9d780050 000003e9 00001389 503801f6 20120002 "
			"616263",
		.says = "PSH,ACK,URG seq=1001 ack=5001 win=502 len=3 urgent=2",
	},
	{
		.name = "urgent pointer without the flag",
		.hex = "4500002b 00014000 400626ca 0a000001 0a000002 9d780050 000003e9 00001389 501001f6 203a0002 "
			"616263",
		.says = "ACK seq=1001 ack=5001 win=502 len=3",
	},
	{
		.name = "SYN with ECN",
		.hex = "45000028 00014000 400626cd 0a000001 0a000002 9d780050 000003e8 00000000 50c2faf0 fe7e0000",
		.says = "SYN,ECE,CWR seq=1000 win=64240 len=0",
	},
	{
		.name = "SYN with accurate ECN",
		.hex = "45000028 00014000 400626cd 0a000001 0a000002 9d780050 000003e8 00000000 51c2faf0 fd7e0000",
		.says = "SYN,ECE,CWR,AE seq=1000 win=64240 len=0",
	},
	{
		.name = "all flags",
		.hex = "45000028 00014000 400626cd 0a000001 0a000002 9d780050 000003e8 00000007 51fffaf0 fd3a0000",
		.says = "SYN,FIN,RST,PSH,ACK,URG,ECE,CWR,AE seq=1000 ack=7 win=64240 len=0 urgent=0",
	},
	{
		.name = "no flags",
		.hex = "45000028 00014000 400626cd 0a000001 0a000002 9d780050 000003e8 00000000 5000faf0 ff400000",
		.says = "no flags seq=1000 win=64240 len=0",
	},
	{
		.name = "reserved bits",
		.hex = "45000028 00014000 400626cd 0a000001 0a000002 9d780050 000003e8 00000007 5e10faf0 f1290000",
		.says = "ACK seq=1000 ack=7 win=64240 len=0",
	},
	{
		.name = "last sequence number",
		.hex = "4500002a 00014000 400626cb 0a000001 0a000002 9d780050 ffffffff ffffffff 5018ffff 9c9d0000 "
			"6162",
		.says = "PSH,ACK seq=4294967295 ack=4294967295 win=65535 len=2",
	},
	{
		.name = "SACK, one block",
		.hex = "45000034 00014000 400626c1 0a000001 0a000002 9d780050 000003e8 000007d0 8010faf0 a5f10000 "
			"0101050a 00000bb8 00000fa0",
		.says = "ACK seq=1000 ack=2000 win=64240 len=0 sack=3000-4000",
	},
	{
		.name = "SACK, three blocks and timestamps",
		.hex = "45000050 00014000 400626a5 0a000001 0a000002 9d780050 000003e8 000007d0 f010faf0 c71e0000 "
			"0101080a 00000005 00000006 0101051a 00000bb8 00000fa0 00001388 00001770 00001b58 00001f40",
		.says = "ACK seq=1000 ack=2000 win=64240 len=0 ts=5/6 sack=3000-4000,5000-6000,7000-8000",
	},
	{
		.name = "SACK, four blocks",
		.hex = "4500004c 00014000 400626a9 0a000001 0a000002 9d780050 000003e8 000007d0 e010faf0 60f50000 "
			"01010522 00000001 00000002 00000003 00000004 00000005 00000006 00000007 00000008",
		.says = "ACK seq=1000 ack=2000 win=64240 len=0 sack=1-2,3-4,5-6,7-8",
	},
	{
		.name = "two SACK options",
		.hex = "4500004c 00014000 400626a9 0a000001 0a000002 9d780050 000003e8 000007d0 e010faf0 5cf40000 "
			"05120000 00010000 00020000 00030000 00040512 00000005 00000006 00000007 00000008",
		.says = "ACK seq=1000 ack=2000 win=64240 len=0 sack=1-2,3-4 sack=5-6,7-8",
	},
	{
		.name = "MD5",
		.hex = "4500003c 00014000 400626b9 0a000001 0a000002 9d780050 000003e8 000007d0 a010faf0 5af90000 "
			"01011312 00010203 04050607 08090a0b 0c0d0e0f",
		.says = "ACK seq=1000 ack=2000 win=64240 len=0 md5=16 bytes",
	},
	{
		.name = "authentication",
		.hex = "45000038 00014000 400626bd 0a000001 0a000002 9d780050 000003e8 000007d0 9010faf0 993e0000 "
			"1d100102 00000000 00000000 00000000",
		.says = "ACK seq=1000 ack=2000 win=64240 len=0 ao=key 1 next 2 mac 12 bytes",
	},
	{
		.name = "authentication, no MAC",
		.hex = "4500002c 00014000 400626c9 0a000001 0a000002 9d780050 000003e8 000007d0 6010faf0 c9560000 "
			"1d040102",
		.says = "ACK seq=1000 ack=2000 win=64240 len=0 ao=key 1 next 2 mac 0 bytes",
	},
	{
		.name = "fast open, request",
		.hex = "4500002c 00014000 400626c9 0a000001 0a000002 9d780050 000003e8 000007d0 6010faf0 c55a0000 "
			"22020000",
		.says = "ACK seq=1000 ack=2000 win=64240 len=0 fastopen=request",
	},
	{
		.name = "fast open, cookie of 8",
		.hex = "45000034 00014000 400626c1 0a000001 0a000002 9d780050 000003e8 000007d0 8010faf0 a54a0000 "
			"220a0000 00000000 00000000",
		.says = "ACK seq=1000 ack=2000 win=64240 len=0 fastopen=8 bytes",
	},
	{
		.name = "fast open, cookie of 16",
		.hex = "4500003c 00014000 400626b9 0a000001 0a000002 9d780050 000003e8 000007d0 a010faf0 853a0000 "
			"22120000 00000000 00000000 00000000 00000000",
		.says = "ACK seq=1000 ack=2000 win=64240 len=0 fastopen=16 bytes",
	},
	{
		.name = "multipath, capable",
		.hex = "4500002c 00014000 400626c9 0a000001 0a000002 9d780050 000003e8 000007d0 6010faf0 c7d70000 "
			"1e040181",
		.says = "ACK seq=1000 ack=2000 win=64240 len=0 mptcp=capable",
	},
	{
		.name = "multipath, signal",
		.hex = "4500003c 00014000 400626b9 0a000001 0a000002 9d780050 000003e8 000007d0 a010faf0 69370000 "
			"1e142001 00000000 00000000 00000000 00000000",
		.says = "ACK seq=1000 ack=2000 win=64240 len=0 mptcp=dss",
	},
	{
		.name = "multipath, unknown",
		.hex = "4500002c 00014000 400626c9 0a000001 0a000002 9d780050 000003e8 000007d0 6010faf0 d9580000 "
			"1e03f000",
		.says = "ACK seq=1000 ack=2000 win=64240 len=0 mptcp=15",
	},
	{
		.name = "user timeout, seconds",
		.hex = "4500002c 00014000 400626c9 0a000001 0a000002 9d780050 000003e8 000007d0 6010faf0 cb3a0000 "
			"1c04001e",
		.says = "ACK seq=1000 ack=2000 win=64240 len=0 uto=30s",
	},
	{
		.name = "user timeout, minutes",
		.hex = "4500002c 00014000 400626c9 0a000001 0a000002 9d780050 000003e8 000007d0 6010faf0 4b530000 "
			"1c048005",
		.says = "ACK seq=1000 ack=2000 win=64240 len=0 uto=5min",
	},
	{
		.name = "unknown kind",
		.hex = "45000030 00014000 400626c5 0a000001 0a000002 9d780050 000003e8 000007d0 7010faf0 0b4c0000 "
			"c8060102 03040000",
		.says = "ACK seq=1000 ack=2000 win=64240 len=0 kind=200",
	},
	{
		.name = "experiment",
		.hex = "4500002c 00014000 400626c9 0a000001 0a000002 9d780050 000003e8 000007d0 6010faf0 efcd0000 "
			"fe04f989",
		.says = "ACK seq=1000 ack=2000 win=64240 len=0 exp2=0xf989",
	},
	{
		.name = "other experiment",
		.hex = "45000030 00014000 400626c5 0a000001 0a000002 9d780050 000003e8 000007d0 7010faf0 c4150000 "
			"fd081234 01020304",
		.says = "ACK seq=1000 ack=2000 win=64240 len=0 exp1=0x1234",
	},
	{
		.name = "forty NOPs",
		.hex = "45000050 00014000 400626a5 0a000001 0a000002 9d780050 000003e8 000007d0 f010faf0 43240000 "
			"01010101 01010101 01010101 01010101 01010101 01010101 01010101 01010101 01010101 01010101",
		.says = "ACK seq=1000 ack=2000 win=64240 len=0",
	},
	{
		.name = "end in the middle",
		.hex = "45000030 00014000 400626c5 0a000001 0a000002 9d780050 000003e8 000007d0 7010faf0 cc960000 "
			"020405b4 00030307",
		.says = "ACK seq=1000 ack=2000 win=64240 len=0 mss=1460",
	},
	{
		.name = "echo",
		.hex = "45000034 00014000 400626c1 0a000001 0a000002 9d780050 000003e8 000007d0 8010faf0 ba370000 "
			"06060000 00090706 00000008",
		.says = "ACK seq=1000 ack=2000 win=64240 len=0 echo=9 echoreply=8",
	},
	{
		.name = "partial order",
		.hex = "45000030 00014000 400626c5 0a000001 0a000002 9d780050 000003e8 000007d0 7010faf0 04530000 "
			"09020a03 c0000000",
		.says = "ACK seq=1000 ack=2000 win=64240 len=0 poc pocprofile=192",
	},
	{
		.name = "connection counts",
		.hex = "4500003c 00014000 400626b9 0a000001 0a000002 9d780050 000003e8 000007d0 a010faf0 83340000 "
			"0b060000 00010c06 00000002 0d060000 00030000",
		.says = "ACK seq=1000 ack=2000 win=64240 len=0 cc=1 ccnew=2 ccecho=3",
	},
	{
		.name = "alternate checksums",
		.hex = "45000034 00014000 400626c1 0a000001 0a000002 9d780050 000003e8 000007d0 8010faf0 a8220000 "
			"0e03010f 04090912 03050000",
		.says = "ACK seq=1000 ack=2000 win=64240 len=0 altsum=1 altsumdata=2 bytes trailersum=5",
	},
	{
		.name = "rarities",
		.hex = "45000038 00014000 400626bd 0a000001 0a000002 9d780050 000003e8 000007d0 9010faf0 861f0000 "
			"10021103 00140401 02150600 01020300",
		.says = "ACK seq=1000 ack=2000 win=64240 len=0 skeeter=0 bytes bubba=1 bytes scps=258 snack=4 bytes",
	},
	{
		.name = "more rarities",
		.hex = "4500003c 00014000 400626b9 0a000001 0a000002 9d780050 000003e8 000007d0 a010faf0 47060000 "
			"16021702 1803011a 0401021b 08010203 04050600",
		.says = "ACK seq=1000 ack=2000 win=64240 len=0 records corruption snap=1 bytes compress=2 bytes"
			" quickstart=6 bytes",
	},
	{
		.name = "newer ones",
		.hex = "45000038 00014000 400626bd 0a000001 0a000002 9d780050 000003e8 000007d0 9010faf0 b2880000 "
			"450301ac 05010203 ae080102 03040506",
		.says = "ACK seq=1000 ack=2000 win=64240 len=0 eno=1 bytes accecn0=3 bytes accecn1=6 bytes",
	},
	{
		.name = "window scale above 14",
		.hex = "4500002c 00014000 400626c9 0a000001 0a000002 9d780050 000003e8 000007d0 6010faf0 d5580000 "
			"03030f01",
		.says = "ACK seq=1000 ack=2000 win=64240 len=0 wscale=15",
	},
	{
		.name = "option of length 0",
		.hex = "45000030 00014000 400626c5 0a000001 0a000002 9d780050 000003e8 000007d0 7010faf0 c7a00000 "
			"020405b4 08000000",
		.says = "ACK seq=1000 ack=2000 win=64240 len=0 mss=1460"
			" · malformed: TCP option length under 2: 0 (byte 45)",
		.fault = FAULT_TCP_OPTION_TINY,
	},
	{
		.name = "option of length 1",
		.hex = "4500002c 00014000 400626c9 0a000001 0a000002 9d780050 000003e8 000007d0 6010faf0 df5b0000 "
			"08010000",
		.says = "ACK seq=1000 ack=2000 win=64240 len=0 · malformed: TCP option length under 2: 1 (byte 41)",
		.fault = FAULT_TCP_OPTION_TINY,
	},
	{
		.name = "option past the end",
		.hex = "4500002c 00014000 400626c9 0a000001 0a000002 9d780050 000003e8 000007d0 6010faf0 df520000 "
			"080a0000",
		.says = "ACK seq=1000 ack=2000 win=64240 len=0"
			" · malformed: TCP option past the end of the header, kind: 8 (byte 40)",
		.fault = FAULT_TCP_OPTION_CUT,
	},
	{
		.name = "option without a length",
		.hex = "4500002c 00014000 400626c9 0a000001 0a000002 9d780050 000003e8 000007d0 6010faf0 e5530000 "
			"01010108",
		.says = "ACK seq=1000 ack=2000 win=64240 len=0"
			" · malformed: TCP option past the end of the header, kind: 8 (byte 43)",
		.fault = FAULT_TCP_OPTION_CUT,
	},
	{
		.name = "SACK of length 9",
		.hex = "45000038 00014000 400626bd 0a000001 0a000002 9d780050 000003e8 000007d0 9010faf0 fa3f0000 "
			"05090000 00000000 00020405 b4000000",
		.says = "ACK seq=1000 ack=2000 win=64240 len=0 sack=malformed mss=1460"
			" · malformed: TCP option length that its kind may not have: 9 (byte 41)",
		.fault = FAULT_TCP_OPTION_LEN,
	},
	{
		.name = "SACK of length 2",
		.hex = "4500002c 00014000 400626c9 0a000001 0a000002 9d780050 000003e8 000007d0 6010faf0 e25a0000 "
			"05020000",
		.says = "ACK seq=1000 ack=2000 win=64240 len=0 sack=malformed"
			" · malformed: TCP option length that its kind may not have: 2 (byte 41)",
		.fault = FAULT_TCP_OPTION_LEN,
	},
	{
		.name = "MSS of length 3",
		.hex = "4500002c 00014000 400626c9 0a000001 0a000002 9d780050 000003e8 000007d0 6010faf0 e4590000 "
			"02030100",
		.says = "ACK seq=1000 ack=2000 win=64240 len=0 mss=malformed"
			" · malformed: TCP option length that its kind may not have: 3 (byte 41)",
		.fault = FAULT_TCP_OPTION_LEN,
	},
	{
		.name = "fast open, odd cookie",
		.hex = "45000030 00014000 400626c5 0a000001 0a000002 9d780050 000003e8 000007d0 7010faf0 ac4b0000 "
			"22070102 03040500",
		.says = "ACK seq=1000 ack=2000 win=64240 len=0 fastopen=malformed"
			" · malformed: TCP option length that its kind may not have: 7 (byte 41)",
		.fault = FAULT_TCP_OPTION_LEN,
	},
	{
		.name = "accurate ECN of length 4",
		.hex = "4500002c 00014000 400626c9 0a000001 0a000002 9d780050 000003e8 000007d0 6010faf0 3a560000 "
			"ac040102",
		.says = "ACK seq=1000 ack=2000 win=64240 len=0 accecn0=malformed"
			" · malformed: TCP option length that its kind may not have: 4 (byte 41)",
		.fault = FAULT_TCP_OPTION_LEN,
	},
	{
		.name = "TCP header length 16",
		.hex = "45000028 00014000 400626cd 0a000001 0a000002 9d780050 000003e8 00000000 4010faf0 0f310000",
		.says = "TCP · malformed: TCP header length under 20: 16 (byte 32)",
		.fault = FAULT_TCP_HEADER_LEN,
	},
	{
		.name = "TCP header longer than the segment",
		.hex = "45000028 00014000 400626cd 0a000001 0a000002 9d780050 000003e8 00000000 6010faf0 ef300000",
		.says = "TCP · malformed: TCP header longer than the segment: 24 (byte 32)",
		.fault = FAULT_TCP_HEADER_BEYOND,
	},
	{
		.name = "bad TCP checksum",
		.hex = "45000028 00014000 400626cd 0a000001 0a000002 9d780050 000003e8 00000007 5010faf0 fe280000",
		.says = "ACK seq=1000 ack=7 win=64240 len=0 · bad checksum",
	},
	{
		.name = "TCP checksum not filled",
		.hex = "45000028 00014000 400626cd 0a000001 0a000002 9d780050 000003e8 00000007 5010faf0 141d0000",
		.says = "ACK seq=1000 ack=7 win=64240 len=0",
	},
	{
		.name = "record route",
		.hex = "47000030 00014000 400619be 0a000001 0a000002 07070400 00000000 9d780050 000003e8 00000007 "
			"5010faf0 ff290000",
		.says = "ACK seq=1000 ack=7 win=64240 len=0",
	},
	{
		.name = "router alert",
		.hex = "4600002c 00014000 400691c4 0a000001 0a000002 94040000 9d780050 000003e8 00000007 5010faf0 "
			"ff290000",
		.says = "ACK seq=1000 ack=7 win=64240 len=0",
	},
	{
		.name = "unfinished source route",
		.hex = "47000030 00014000 400694b3 0a000001 0a000002 8307040a 00000900 9d780050 000003e8 00000007 "
			"5010faf0 ff290000",
		.says = "ACK seq=1000 ack=7 win=64240 len=0",
	},
	{
		.name = "finished source route",
		.hex = "47000030 00014000 40068ab3 0a000001 0a000002 8907080a 00000900 9d780050 000003e8 00000007 "
			"5010faf0 ff290000",
		.says = "ACK seq=1000 ack=7 win=64240 len=0",
	},
	{
		.name = "IPv4 timestamp",
		.hex = "47000030 00014000 4006dbbc 0a000001 0a000002 44080500 00000000 9d780050 000003e8 00000007 "
			"5010faf0 ff290000",
		.says = "ACK seq=1000 ack=7 win=64240 len=0",
	},
	{
		.name = "IPv4 option past the end",
		.hex = "4600002c 00014000 400691c3 0a000001 0a000002 94050000 9d780050 000003e8 00000007 5010faf0 "
			"ff290000",
		.says = "ACK seq=1000 ack=7 win=64240 len=0"
			" · malformed: IPv4 option past the end of the header, kind: 148 (byte 20)",
		.fault = FAULT_IPV4_OPTION_CUT,
	},
	{
		.name = "IPv4 option without a length",
		.hex = "4600002c 00014000 40062334 0a000001 0a000002 01010194 9d780050 000003e8 00000007 5010faf0 "
			"ff290000",
		.says = "ACK seq=1000 ack=7 win=64240 len=0"
			" · malformed: IPv4 option past the end of the header, kind: 148 (byte 23)",
		.fault = FAULT_IPV4_OPTION_CUT,
	},
	{
		.name = "IPv4 option of length 1",
		.hex = "4600002c 00014000 400691c7 0a000001 0a000002 94010000 9d780050 000003e8 00000007 5010faf0 "
			"ff290000",
		.says = "ACK seq=1000 ack=7 win=64240 len=0 · malformed: IPv4 option length under 2: 1 (byte 21)",
		.fault = FAULT_IPV4_OPTION_LEN,
	},
	{
		.name = "forty IPv4 NOPs",
		.hex = "4f000050 00014000 40060891 0a000001 0a000002 01010101 01010101 01010101 01010101 01010101 "
			"01010101 01010101 01010101 01010101 01010101 9d780050 000003e8 00000007 5010faf0 ff290000",
		.says = "ACK seq=1000 ack=7 win=64240 len=0",
	},
	{
		.name = "IPv4 header length 16",
		.hex = "44000028 00014000 400627cd 0a000001 0a000002 9d780050 000003e8 00000007 5010faf0 ff290000",
		.says = "IPv4 · malformed: IPv4 header length under 20: 16 (byte 0)",
		.fault = FAULT_IPV4_HEADER_LEN,
	},
	{
		.name = "IPv4 header longer than the packet",
		.hex = "46000018 00014000 400625dd 0a000001 0a000002",
		.says = "IPv4 · malformed: IPv4 header longer than the packet: 24 (byte 0)",
		.fault = FAULT_IPV4_HEADER_BEYOND,
	},
	{
		.name = "IPv4 total length 19",
		.hex = "45000013 00014000 400626e2 0a000001 0a000002 9d780050 000003e8 00000007 5010faf0 ff290000",
		.says = "IPv4 · malformed: IPv4 total length under its header's: 19 (byte 2)",
		.fault = FAULT_IPV4_TOTAL_LEN,
	},
	{
		.name = "IPv4 total length beyond",
		.hex = "45000029 00014000 400626cc 0a000001 0a000002 9d780050 000003e8 00000007 5010faf0 ff290000",
		.says = "ACK seq=1000 ack=7 win=64240 len=1"
			" · malformed: IP length beyond the bytes that are here: 41 (byte 2)",
		.fault = FAULT_TOTAL_BEYOND,
	},
	{
		.name = "bytes after the packet",
		.hex = "45000028 00014000 400626cd 0a000001 0a000002 9d780050 000003e8 00000007 5010faf0 ff290000 "
			"00000000 0000",
		.says = "ACK seq=1000 ack=7 win=64240 len=0",
	},
	{
		.name = "IPv4 header alone",
		.hex = "45000014 00014000 400626e1 0a000001 0a000002",
		.says = "TCP · malformed: TCP header cut short, bytes left: 0 (byte 20)",
		.fault = FAULT_TCP_CUT,
	},
	{
		.name = "bad IPv4 checksum",
		.hex = "45000028 00014000 400627cd 0a000001 0a000002 9d780050 000003e8 00000007 5010faf0 ff290000",
		.says = "ACK seq=1000 ack=7 win=64240 len=0 · bad IPv4 checksum",
	},
	{
		.name = "IP version 5",
		.hex = "55000028 00014000 400616cd 0a000001 0a000002 9d780050 000003e8 00000007 5010faf0 ff290000",
		.says = "not IP · malformed: IP version is neither 4 nor 6: 5 (byte 0)",
		.fault = FAULT_VERSION,
	},
	{
		.name = "first fragment",
		.hex = "45000024 00012000 401146c6 0a000001 0a000002 13880009 00203275 78787878 78787878",
		.says = "fragment @0 of UDP len=8",
	},
	{
		.name = "middle fragment",
		.hex = "4500001c 00012002 401146cc 0a000001 0a000002 78787878 78787878",
		.says = "fragment @16 of UDP len=8",
	},
	{
		.name = "last fragment",
		.hex = "4500001c 00010003 401166cb 0a000001 0a000002 78787878 78787878",
		.says = "fragment @24 of UDP len=8",
	},
	{
		.name = "fragment beyond 65535",
		.hex = "45000024 00011fff 401146c7 0a000001 0a000002 13880009 00203275 78787878 78787878",
		.says = "fragment @65528 of UDP len=16 · malformed: fragment ends beyond 65535: 65544 (byte 20)",
		.fault = FAULT_FRAGMENT_BEYOND,
	},
	{
		.name = "fragment of 12",
		.hex = "45000020 00012000 401146ca 0a000001 0a000002 13880009 00203275 78787878",
		.says = "fragment @0 of UDP len=4"
			" · malformed: length of a fragment before the last is no multiple of 8: 12 (byte 20)",
		.fault = FAULT_FRAGMENT_LEN,
	},
	{
		.name = "tiny first fragment",
		.hex = "4500001c 00012000 400646d9 0a000001 0a000002 9d780050 000003e8",
		.says = "fragment @0 of TCP · malformed: TCP header cut short, bytes left: 8 (byte 28)",
		.fault = FAULT_TCP_CUT,
	},
	{
		.name = "UDP",
		.hex = "45000021 00014000 401126c9 0a000001 0a000002 13880009 000d946e 68656c6c 6f",
		.says = "UDP len=5",
	},
	{
		.name = "UDP, empty",
		.hex = "4500001c 00014000 401126ce 0a000001 0a000002 13880009 0008d84a",
		.says = "UDP len=0",
	},
	{
		.name = "UDP without checksum",
		.hex = "45000021 00014000 401126c9 0a000001 0a000002 13880009 000d0000 68656c6c 6f",
		.says = "UDP len=5",
	},
	{
		.name = "UDP, bad checksum",
		.hex = "45000021 00014000 401126c9 0a000001 0a000002 13880009 000d946f 68656c6c 6f",
		.says = "UDP len=5 · bad checksum",
	},
	{
		.name = "UDP, checksum computed as 0",
		.hex = "4500001e 00014000 401126cc 0a000001 0a000002 13880009 000affff d846",
		.says = "UDP len=2",
	},
	{
		.name = "UDP length 7",
		.hex = "45000021 00014000 401126c9 0a000001 0a000002 13880009 00079474 68656c6c 6f",
		.says = "UDP len=5 · malformed: UDP length under 8: 7 (byte 24)",
		.fault = FAULT_UDP_LEN,
	},
	{
		.name = "UDP length beyond",
		.hex = "45000021 00014000 401126c9 0a000001 0a000002 13880009 000e946d 68656c6c 6f",
		.says = "UDP len=5 · malformed: UDP length beyond the packet: 14 (byte 24)",
		.fault = FAULT_UDP_BEYOND,
	},
	{
		.name = "UDP length short of the packet",
		.hex = "45000021 00014000 401126c9 0a000001 0a000002 13880009 000a6fe1 68656c6c 6f",
		.says = "UDP len=2",
	},
	{
		.name = "UDP, cut",
		.hex = "4500001b 00014000 401126cf 0a000001 0a000002 13880009 0008d8",
		.says = "UDP · malformed: UDP header cut short, bytes left: 7 (byte 27)",
		.fault = FAULT_UDP_CUT,
	},
	{
		.name = "echo request",
		.hex = "45000020 00014000 400126da 0a000001 0a000002 080006fa 12340001 70696e67",
		.says = "ICMP echo request id=4660 seq=1 len=4",
	},
	{
		.name = "echo reply",
		.hex = "45000020 00014000 400126da 0a000001 0a000002 00000efa 12340001 70696e67",
		.says = "ICMP echo reply id=4660 seq=1 len=4",
	},
	{
		.name = "port unreachable",
		.hex = "4500003d 00014000 400126bd 0a000001 0a000002 0303111e 00000000 45000021 00014000 401126c9 "
			"0a000001 0a000002 13880009 000d946e 68656c6c 6f",
		.says = "ICMP port unreachable about UDP 10.0.0.1:5000 > 10.0.0.2:9",
	},
	{
		.name = "host unreachable, 8 bytes quoted",
		.hex = "45000038 00014000 400126c2 0a000001 0a000002 03015b4e 00000000 45000030 00014000 400626c5 "
			"0a000001 0a000002 9d780050 000003e8",
		.says = "ICMP host unreachable about TCP 10.0.0.1:40312 > 10.0.0.2:80",
	},
	{
		.name = "fragmentation needed",
		.hex = "45000038 00014000 400126c2 0a000001 0a000002 030455d3 00000578 45000030 00014000 400626c5 "
			"0a000001 0a000002 9d780050 000003e8",
		.says = "ICMP fragmentation needed mtu=1400 about TCP 10.0.0.1:40312 > 10.0.0.2:80",
	},
	{
		.name = "unreachable, unknown code",
		.hex = "45000038 00014000 400126c2 0a000001 0a000002 03635aec 00000000 45000030 00014000 400626c5 "
			"0a000001 0a000002 9d780050 000003e8",
		.says = "ICMP destination unreachable about TCP 10.0.0.1:40312 > 10.0.0.2:80",
	},
	{
		.name = "quotation with options",
		.hex = "45000041 00014000 400126b9 0a000001 0a000002 0303111e 00000000 46000025 00014000 401191c0 "
			"0a000001 0a000002 94040000 13880009 000d946e 68656c6c 6f",
		.says = "ICMP port unreachable about UDP 10.0.0.1:5000 > 10.0.0.2:9",
	},
	{
		.name = "quotation of a fragment",
		.hex = "45000038 00014000 400126c2 0a000001 0a000002 0b01131d 00000000 4500001c 00012002 401146cc "
			"0a000001 0a000002 78787878 78787878",
		.says = "ICMP fragment reassembly time exceeded about UDP 10.0.0.1 > 10.0.0.2",
	},
	{
		.name = "quotation of an echo request",
		.hex = "45000038 00014000 400126c2 0a000001 0a000002 0301fcfe 00000000 4500001c 00014000 400126de "
			"0a000001 0a000002 0800e5ca 12340001",
		.says = "ICMP host unreachable about ICMP 10.0.0.1 > 10.0.0.2",
	},
	{
		.name = "quotation cut in the header",
		.hex = "4500002f 00014000 400126cb 0a000001 0a000002 0303fcfe 00000000 45000021 00014000 401126c9 "
			"0a000001 0a0000",
		.says = "ICMP port unreachable",
	},
	{
		.name = "quotation cut before the ports",
		.hex = "45000033 00014000 400126c7 0a000001 0a000002 0303e974 00000000 45000021 00014000 401126c9 "
			"0a000001 0a000002 138800",
		.says = "ICMP port unreachable about UDP 10.0.0.1 > 10.0.0.2",
	},
	{
		.name = "nothing quoted",
		.hex = "4500001c 00014000 400126de 0a000001 0a000002 0303fcfc 00000000",
		.says = "ICMP port unreachable",
	},
	{
		.name = "time to live exceeded",
		.hex = "4500003d 00014000 400126bd 0a000001 0a000002 0b000921 00000000 45000021 00014000 401126c9 "
			"0a000001 0a000002 13880009 000d946e 68656c6c 6f",
		.says = "ICMP time to live exceeded in transit about UDP 10.0.0.1:5000 > 10.0.0.2:9",
	},
	{
		.name = "redirect",
		.hex = "4500003d 00014000 400126bd 0a000001 0a000002 05010517 0a000009 45000021 00014000 401126c9 "
			"0a000001 0a000002 13880009 000d946e 68656c6c 6f",
		.says = "ICMP redirect for host 10.0.0.9 about UDP 10.0.0.1:5000 > 10.0.0.2:9",
	},
	{
		.name = "parameter problem",
		.hex = "4500003d 00014000 400126bd 0a000001 0a000002 0c00f420 14000000 45000021 00014000 401126c9 "
			"0a000001 0a000002 13880009 000d946e 68656c6c 6f",
		.says = "ICMP parameter problem at=20 about UDP 10.0.0.1:5000 > 10.0.0.2:9",
	},
	{
		.name = "source quench",
		.hex = "4500003d 00014000 400126bd 0a000001 0a000002 04001021 00000000 45000021 00014000 401126c9 "
			"0a000001 0a000002 13880009 000d946e 68656c6c 6f",
		.says = "ICMP source quench about UDP 10.0.0.1:5000 > 10.0.0.2:9",
	},
	{
		.name = "timestamp request",
		.hex = "45000028 00014000 400126d2 0a000001 0a000002 0d00f2fc 00010002 00000000 00000000 00000000",
		.says = "ICMP timestamp request id=1 seq=2 len=12",
	},
	{
		.name = "unknown ICMP",
		.hex = "4500001c 00014000 400126de 0a000001 0a000002 c80137fe 00000000",
		.says = "ICMP type 200 code 1",
	},
	{
		.name = "ICMP, bad checksum",
		.hex = "4500001c 00014000 400126de 0a000001 0a000002 0800f7fe 00000000",
		.says = "ICMP echo request id=0 seq=0 len=0 · bad checksum",
	},
	{
		.name = "ICMP, cut",
		.hex = "4500001b 00014000 400126df 0a000001 0a000002 0800f7ff 000000",
		.says = "ICMP · malformed: ICMP header cut short, bytes left: 7 (byte 27)",
		.fault = FAULT_ICMP_CUT,
	},
	{
		.name = "SCTP",
		.hex = "45000020 00014000 40842657 0a000001 0a000002 00000000 00000000 00000000",
		.says = "SCTP len=12",
	},
	{
		.name = "unknown protocol",
		.hex = "45000017 00014000 40de2606 0a000001 0a000002 000000",
		.says = "protocol 222 len=3",
	},
	{
		.name = "ICMPv6 in IPv4",
		.hex = "4500001c 00014000 403a26a5 0a000001 0a000002 00000000 00000000",
		.says = "ICMPv6 len=8",
	},
	{
		.name = "SYN over IPv6",
		.hex = "6b812345 00280640 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"9d780050 000003e8 00000000 a002faf0 b16d0000 020405a0 0402080a 00000001 00000000 01030307",
		.says = "SYN seq=1000 win=64240 len=0 mss=1440 sackOK ts=1/0 wscale=7",
	},
	{
		.name = "data over IPv6",
		.hex = "60000000 00190640 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"9d780050 000003e8 00000007 5018faf0 d5480000 68656c6c 6f",
		.says = "PSH,ACK seq=1000 ack=7 win=64240 len=5",
	},
	{
		.name = "bad checksum over IPv6",
		.hex = "60000000 00140640 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"9d780050 000003e8 00000007 5010faf0 19290000",
		.says = "ACK seq=1000 ack=7 win=64240 len=0 · bad checksum",
	},
	{
		.name = "UDP over IPv6",
		.hex = "60000000 000d1140 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"13880009 000dae6c 68656c6c 6f",
		.says = "UDP len=5",
	},
	{
		.name = "UDP over IPv6 without checksum",
		.hex = "60000000 000d1140 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"13880009 000d0000 68656c6c 6f",
		.says = "UDP len=5 · bad checksum",
	},
	{
		.name = "echo request, ICMPv6",
		.hex = "60000000 000c3a40 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"8000a6d8 00050006 70696e67",
		.says = "ICMPv6 echo request id=5 seq=6 len=4",
	},
	{
		.name = "echo reply, ICMPv6",
		.hex = "60000000 000c3a40 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"8100a5d8 00050006 70696e67",
		.says = "ICMPv6 echo reply id=5 seq=6 len=4",
	},
	{
		.name = "port unreachable, ICMPv6",
		.hex = "60000000 003d3a40 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"01049350 00000000 60000000 000d1140 fd000000 00000000 00000000 00000001 fd000000 00000000 "
			"00000000 00000002 13880009 000dae6c 68656c6c 6f",
		.says = "ICMPv6 port unreachable about UDP [fd00::1]:5000 > [fd00::2]:9",
	},
	{
		.name = "no route, ICMPv6",
		.hex = "60000000 003d3a40 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"01009354 00000000 60000000 000d1140 fd000000 00000000 00000000 00000001 fd000000 00000000 "
			"00000000 00000002 13880009 000dae6c 68656c6c 6f",
		.says = "ICMPv6 no route to destination about UDP [fd00::1]:5000 > [fd00::2]:9",
	},
	{
		.name = "packet too big",
		.hex = "60000000 003d3a40 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"02008d54 00000500 60000000 000d1140 fd000000 00000000 00000000 00000001 fd000000 00000000 "
			"00000000 00000002 13880009 000dae6c 68656c6c 6f",
		.says = "ICMPv6 packet too big mtu=1280 about UDP [fd00::1]:5000 > [fd00::2]:9",
	},
	{
		.name = "hop limit exceeded",
		.hex = "60000000 003d3a40 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"03009154 00000000 60000000 000d1140 fd000000 00000000 00000000 00000001 fd000000 00000000 "
			"00000000 00000002 13880009 000dae6c 68656c6c 6f",
		.says = "ICMPv6 hop limit exceeded in transit about UDP [fd00::1]:5000 > [fd00::2]:9",
	},
	{
		.name = "parameter problem, ICMPv6",
		.hex = "60000000 003d3a40 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"0401902b 00000028 60000000 000d1140 fd000000 00000000 00000000 00000001 fd000000 00000000 "
			"00000000 00000002 13880009 000dae6c 68656c6c 6f",
		.says = "ICMPv6 unrecognized next header at=40 about UDP [fd00::1]:5000 > [fd00::2]:9",
	},
	{
		.name = "quotation with extensions",
		.hex = "60000000 00453a40 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"0104563c 00000000 60000000 00153c40 fd000000 00000000 00000000 00000001 fd000000 00000000 "
			"00000000 00000002 11000104 00000000 13880009 000dae6c 68656c6c 6f",
		.says = "ICMPv6 port unreachable about UDP [fd00::1]:5000 > [fd00::2]:9",
	},
	{
		.name = "neighbour solicitation",
		.hex = "60000000 00203aff fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"87007e9b 00000000 fd000000 00000000 00000000 00000002 01010200 00000001",
		.says = "ICMPv6 neighbour solicitation fd00::2",
	},
	{
		.name = "neighbour advertisement",
		.hex = "60000000 00183aff fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"880020a5 60000000 fd000000 00000000 00000000 00000002",
		.says = "ICMPv6 neighbour advertisement fd00::2",
	},
	{
		.name = "router solicitation",
		.hex = "60000000 00083aff fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"850080b8 00000000",
		.says = "ICMPv6 router solicitation",
	},
	{
		.name = "router advertisement",
		.hex = "60000000 00103aff fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"860038a8 40000708 00000000 00000000",
		.says = "ICMPv6 router advertisement",
	},
	{
		.name = "redirect, ICMPv6",
		.hex = "60000000 00283aff fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"89008292 00000000 fd000000 00000000 00000000 00000002 fd000000 00000000 00000000 00000002",
		.says = "ICMPv6 redirect fd00::2",
	},
	{
		.name = "multicast listener report",
		.hex = "60000000 00183a01 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"830085a5 00000000 fd000000 00000000 00000000 00000002",
		.says = "ICMPv6 multicast listener report fd00::2",
	},
	{
		.name = "multicast listener report 2",
		.hex = "60000000 001c3a01 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"8f0075a0 00000001 04000000 fd000000 00000000 00000000 00000002",
		.says = "ICMPv6 multicast listener report, version 2",
	},
	{
		.name = "target cut short",
		.hex = "60000000 00173aff fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"870081a8 00000000 fd000000 00000000 00000000 000000",
		.says = "ICMPv6 neighbour solicitation ::"
			" · malformed: ICMP message too short for its type, bytes: 23 (byte 63)",
		.fault = FAULT_ICMP_BODY,
	},
	{
		.name = "unknown ICMPv6",
		.hex = "60000000 00083a40 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"6301a2b7 00000000",
		.says = "ICMPv6 type 99 code 1",
	},
	{
		.name = "ICMPv6, cut",
		.hex = "60000000 00053a40 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"800085b8 00",
		.says = "ICMPv6 · malformed: ICMP header cut short, bytes left: 5 (byte 45)",
		.fault = FAULT_ICMP_CUT,
	},
	{
		.name = "hop-by-hop options",
		.hex = "60000000 001c0040 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"06000104 00000000 9d780050 000003e8 00000007 5010faf0 19280000",
		.says = "ACK seq=1000 ack=7 win=64240 len=0",
	},
	{
		.name = "hop-by-hop router alert",
		.hex = "60000000 001c0040 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"06000502 00000000 9d780050 000003e8 00000007 5010faf0 19280000",
		.says = "ACK seq=1000 ack=7 win=64240 len=0",
	},
	{
		.name = "destination options",
		.hex = "60000000 001c3c40 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"06000104 00000000 9d780050 000003e8 00000007 5010faf0 19280000",
		.says = "ACK seq=1000 ack=7 win=64240 len=0",
	},
	{
		.name = "routing, done",
		.hex = "60000000 001c2b40 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"06000000 00000000 9d780050 000003e8 00000007 5010faf0 19280000",
		.says = "ACK seq=1000 ack=7 win=64240 len=0",
	},
	{
		.name = "routing, to go on",
		.hex = "60000000 002c2b40 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"06020001 00000000 fd000000 00000000 00000000 00000002 9d780050 000003e8 00000007 5010faf0 "
			"19280000",
		.says = "ACK seq=1000 ack=7 win=64240 len=0",
	},
	{
		.name = "first fragment, IPv6",
		.hex = "60000000 00182c40 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"11000001 0000abcd 13880009 00204c73 78787878 78787878",
		.says = "fragment @0 of UDP len=8",
	},
	{
		.name = "last fragment, IPv6",
		.hex = "60000000 00182c40 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"11000010 0000abcd 78787878 78787878 78787878 78787878",
		.says = "fragment @16 of UDP len=16",
	},
	{
		.name = "atomic fragment",
		.hex = "60000000 001c2c40 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"06000000 0000abcd 9d780050 000003e8 00000007 5010faf0 19280000",
		.says = "ACK seq=1000 ack=7 win=64240 len=0",
	},
	{
		.name = "fragment after options",
		.hex = "60000000 00180040 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"2c000104 00000000 11000009 0000abcd 00000000 00000000",
		.says = "fragment @8 of UDP len=8",
	},
	{
		.name = "authentication header",
		.hex = "60000000 002c3340 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"06040000 00000000 00000000 00000000 00000000 00000000 9d780050 000003e8 00000007 5010faf0 "
			"19280000",
		.says = "ACK seq=1000 ack=7 win=64240 len=0",
	},
	{
		.name = "mobility header",
		.hex = "60000000 00088740 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"3b000100 00000000",
		.says = "IPv6",
	},
	{
		.name = "HIP and Shim6",
		.hex = "60000000 00108b40 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"8c000000 00000000 3b000000 00000000",
		.says = "IPv6",
	},
	{
		.name = "ESP",
		.hex = "60000000 00103240 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"00000000 00000000 00000000 00000000",
		.says = "ESP len=16",
	},
	{
		.name = "no next header",
		.hex = "60000000 00003b40 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002",
		.says = "IPv6",
	},
	{
		.name = "unknown next header",
		.hex = "60000000 0004c840 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"00000000",
		.says = "protocol 200 len=4",
	},
	{
		.name = "eight extension headers",
		.hex = "60000000 00543c40 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"3c000104 00000000 3c000104 00000000 3c000104 00000000 3c000104 00000000 3c000104 00000000 "
			"3c000104 00000000 3c000104 00000000 06000104 00000000 9d780050 000003e8 00000007 5010faf0 "
			"19280000",
		.says = "ACK seq=1000 ack=7 win=64240 len=0",
	},
	{
		.name = "nine extension headers",
		.hex = "60000000 005c3c40 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"3c000104 00000000 3c000104 00000000 3c000104 00000000 3c000104 00000000 3c000104 00000000 "
			"3c000104 00000000 3c000104 00000000 3c000104 00000000 06000104 00000000 9d780050 000003e8 "
			"00000007 5010faf0 19280000",
		.says = "unknown, too many extension headers len=28",
	},
	{
		.name = "hop-by-hop options not first",
		.hex = "60000000 00243c40 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"00000104 00000000 06000104 00000000 9d780050 000003e8 00000007 5010faf0 19280000",
		.says = "ACK seq=1000 ack=7 win=64240 len=0"
			" · malformed: IPv6 hop-by-hop options are not the first extension: 0 (byte 48)",
		.fault = FAULT_EXTENSION_ORDER,
	},
	{
		.name = "extension header past the end",
		.hex = "60000000 00083c40 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"06010000 00000000",
		.says = "IPv6 · malformed: IPv6 extension header past the end of the packet, type: 60 (byte 40)",
		.fault = FAULT_EXTENSION_CUT,
	},
	{
		.name = "extension header cut",
		.hex = "60000000 00043c40 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"00000000",
		.says = "IPv6 · malformed: IPv6 extension header past the end of the packet, type: 60 (byte 40)",
		.fault = FAULT_EXTENSION_CUT,
	},
	{
		.name = "option past its extension header",
		.hex = "60000000 001c3c40 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"06000505 00000000 9d780050 000003e8 00000007 5010faf0 19280000",
		.says = "ACK seq=1000 ack=7 win=64240 len=0"
			" · malformed: IPv6 option past the end of its extension header, type: 5 (byte 42)",
		.fault = FAULT_EXTENSION_OPTION,
	},
	{
		.name = "option without a length, IPv6",
		.hex = "60000000 001c3c40 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"06000000 00000005 9d780050 000003e8 00000007 5010faf0 19280000",
		.says = "ACK seq=1000 ack=7 win=64240 len=0"
			" · malformed: IPv6 option past the end of its extension header, type: 5 (byte 47)",
		.fault = FAULT_EXTENSION_OPTION,
	},
	{
		.name = "jumbo payload",
		.hex = "60000000 00000040 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"0600c204 00011170 9d780050 000003e8 00000007 5010faf0 19280000",
		.says = "ACK seq=1000 ack=7 win=64240 len=69972"
			" · malformed: IP length beyond the bytes that are here: 70040 (byte 4)",
		.fault = FAULT_TOTAL_BEYOND,
	},
	{
		.name = "jumbo payload that is small",
		.hex = "60000000 001c0040 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"0600c204 0000001c 9d780050 000003e8 00000007 5010faf0 19280000",
		.says = "ACK seq=1000 ack=7 win=64240 len=0"
			" · malformed: IPv6 jumbo payload length that may not be: 28 (byte 42)",
		.fault = FAULT_JUMBO,
	},
	{
		.name = "jumbo payload beside a length",
		.hex = "60000000 001c0040 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"0600c204 00011170 9d780050 000003e8 00000007 5010faf0 19280000",
		.says = "ACK seq=1000 ack=7 win=64240 len=0"
			" · malformed: IPv6 jumbo payload length that may not be: 70000 (byte 42)",
		.fault = FAULT_JUMBO,
	},
	{
		.name = "hop-by-hop options without a payload",
		.hex = "60000000 00000040 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"06000104 00000000 9d780050 000003e8 00000007 5010faf0 19280000",
		.says = "IPv6 · malformed: IPv6 extension header past the end of the packet, type: 0 (byte 40)",
		.fault = FAULT_EXTENSION_CUT,
	},
	{
		.name = "IPv6 length beyond",
		.hex = "60000000 00160640 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"9d780050 000003e8 00000007 5010faf0 19280000",
		.says = "ACK seq=1000 ack=7 win=64240 len=2"
			" · malformed: IP length beyond the bytes that are here: 62 (byte 4)",
		.fault = FAULT_TOTAL_BEYOND,
	},
	{
		.name = "bytes after the packet, IPv6",
		.hex = "60000000 00140640 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"9d780050 000003e8 00000007 5010faf0 19280000 000000",
		.says = "ACK seq=1000 ack=7 win=64240 len=0",
	},
	{
		.name = "IPv6 header alone",
		.hex = "60000000 00000640 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002",
		.says = "TCP · malformed: TCP header cut short, bytes left: 0 (byte 40)",
		.fault = FAULT_TCP_CUT,
	},
	{
		.name = "ICMP in IPv6",
		.hex = "60000000 00080140 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 "
			"00000000 00000000",
		.says = "ICMP len=8",
	},
	{
		.name = "empty",
		.hex = "",
		.says = "not IP · malformed: no bytes at all: 0 (byte 0)",
		.fault = FAULT_EMPTY,
	},
	{
		.name = "one byte of IPv4",
		.hex = "45",
		.says = "IPv4 · malformed: IPv4 header cut short, bytes left: 1 (byte 1)",
		.fault = FAULT_IPV4_CUT,
	},
	{
		.name = "39 bytes of IPv6",
		.hex = "60000000 00000640 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 000000",
		.says = "IPv6 · malformed: IPv6 header cut short, bytes left: 39 (byte 39)",
		.fault = FAULT_IPV6_CUT,
	},
};

const struct packet_sample *packet_samples(size_t *count)
{
	*count = COUNT_OF(samples);
	return samples;
}

static unsigned digit(char character)
{
	const char *digits = "0123456789abcdef";

	return (unsigned)(strchr(digits, character) - digits);
}

uint8_t *packet_sample_bytes(const char *hex, size_t *len)
{
	uint8_t *bytes = xmalloc(strlen(hex) / 2);

	*len = 0;
	for (; *hex != '\0'; hex++) {
		if (isspace((unsigned char)*hex))
			continue;
		bytes[(*len)++] = (uint8_t)(digit(hex[0]) << 4 | digit(hex[1]));
		hex++;
	}
	/* Of exactly its size, so that the sanitizer sees the first byte read beyond it. */
	return xrealloc(bytes, *len);
}
