using System.Runtime.InteropServices;
using Iced.Intel;

namespace AutoGpt.Sdk.Kernels.Tests;

/// <summary>
/// Executes machine code one instruction after another, as the processor's manual describes them: those that <see cref="VnniCode"/> writes, without masks. So the code is tested where the
/// processor lacks them.
/// </summary>
internal sealed unsafe class CodeInterpreter
{
    private readonly ulong[] _integers = new ulong[16];
    private readonly byte[][] _vectors = [.. Enumerable.Range(0, 32).Select(_ => new byte[64])];
    private bool _isZero;

    /// <summary>What an integer register of 64 bits holds.</summary>
    public ulong this[Register register]
    {
        get => _integers[register.GetNumber()];
        set => _integers[register.GetNumber()] = value;
    }

    /// <summary>Executes code from its first byte to its return.</summary>
    /// <exception cref="NotSupportedException">An instruction is none of those that are known here.</exception>
    public void Run(byte[] code)
    {
        fixed (byte* start = code)
        {
            Dictionary<ulong, Instruction> instructions = [];
            Decoder decoder = Decoder.Create(64, code, (ulong)start);
            while (decoder.IP < (ulong)start + (ulong)code.Length)
            {
                Instruction instruction = decoder.Decode();
                instructions.Add(instruction.IP, instruction);
                if (instruction.Mnemonic == Mnemonic.Ret)
                {
                    break;
                }
            }

            for (Instruction instruction = instructions[(ulong)start]; instruction.Mnemonic != Mnemonic.Ret;)
            {
                bool isJump = instruction.Mnemonic == Mnemonic.Jne && !_isZero;
                if (instruction.Op0Register.IsZMM())
                {
                    Compute(instruction);
                }
                else
                {
                    Step(instruction);
                }

                instruction = instructions[isJump ? instruction.NearBranchTarget : instruction.NextIP];
            }
        }
    }

    // What is not a computation with vectors.
    private void Step(in Instruction instruction)
    {
        switch (instruction.Mnemonic)
        {
            case Mnemonic.Mov:
                this[instruction.Op0Register] = instruction.Op1Kind == OpKind.Register ? this[instruction.Op1Register] : instruction.GetImmediate(1);
                break;
            case Mnemonic.Add:
                this[instruction.Op0Register] += instruction.GetImmediate(1);
                break;
            case Mnemonic.Dec:
                this[instruction.Op0Register] = (uint)this[instruction.Op0Register] - 1;
                _isZero = this[instruction.Op0Register] == 0;
                break;
            case Mnemonic.Vmovups:
                Vector(instruction.Op1Register).CopyTo(new Span<byte>(Address(instruction), 64));
                break;
            case Mnemonic.Jne or Mnemonic.Prefetcht1 or Mnemonic.Vzeroupper:
                break;
            default:
                throw new NotSupportedException(instruction.ToString());
        }
    }

    private void Compute(in Instruction instruction)
    {
        int last = instruction.OpCount - 1;
        bool isShift = instruction.GetOpKind(last) == OpKind.Immediate8;
        int shift = isShift ? instruction.Immediate8 : 0;
        byte[] target = _vectors[instruction.Op0Register.GetNumber()];
        byte[] right = Read(instruction, isShift ? last - 1 : last);
        byte[] left = last == 2 && !isShift ? Read(instruction, 1) : right;
        byte[] result = (byte[])target.Clone();
        Span<int> integers = MemoryMarshal.Cast<byte, int>(result.AsSpan());
        Span<float> singles = MemoryMarshal.Cast<byte, float>(result.AsSpan());
        Span<ushort> shorts = MemoryMarshal.Cast<byte, ushort>(result.AsSpan());
        ReadOnlySpan<int> first = MemoryMarshal.Cast<byte, int>(left);
        ReadOnlySpan<int> second = MemoryMarshal.Cast<byte, int>(right);
        ReadOnlySpan<float> firstSingles = MemoryMarshal.Cast<byte, float>(left);
        ReadOnlySpan<float> secondSingles = MemoryMarshal.Cast<byte, float>(right);
        ReadOnlySpan<short> secondShorts = MemoryMarshal.Cast<byte, short>(right);
        for (int lane = 0; lane < 16; lane++)
        {
            switch (instruction.Mnemonic)
            {
                case Mnemonic.Vmovups or Mnemonic.Vmovdqu32 or Mnemonic.Vmovdqa32:
                    integers[lane] = second[lane];
                    break;
                case Mnemonic.Vpandd:
                    integers[lane] = first[lane] & second[lane];
                    break;
                case Mnemonic.Vpord:
                    integers[lane] = first[lane] | second[lane];
                    break;
                case Mnemonic.Vpxord:
                    integers[lane] = first[lane] ^ second[lane];
                    break;
                case Mnemonic.Vpsubd:
                    integers[lane] = first[lane] - second[lane];
                    break;
                case Mnemonic.Vpslld:
                    integers[lane] = second[lane] << shift;
                    break;
                case Mnemonic.Vpsllw:
                    shorts[2 * lane] = (ushort)(secondShorts[2 * lane] << shift);
                    shorts[(2 * lane) + 1] = (ushort)(secondShorts[(2 * lane) + 1] << shift);
                    break;
                case Mnemonic.Vpsrlw:
                    shorts[2 * lane] = (ushort)((ushort)secondShorts[2 * lane] >> shift);
                    shorts[(2 * lane) + 1] = (ushort)((ushort)secondShorts[(2 * lane) + 1] >> shift);
                    break;
                case Mnemonic.Vpdpbusd:
                    for (int index = 4 * lane; index < 4 * (lane + 1); index++)
                    {
                        integers[lane] += left[index] * (sbyte)right[index];
                    }

                    break;
                case Mnemonic.Vpmovsxwd:
                    integers[lane] = secondShorts[lane];
                    break;
                case Mnemonic.Vpmovsxbd:
                    integers[lane] = (sbyte)right[lane];
                    break;
                case Mnemonic.Vpmovzxbd:
                    integers[lane] = right[lane];
                    break;
                case Mnemonic.Vcvtdq2ps:
                    singles[lane] = second[lane];
                    break;
                case Mnemonic.Vmulps:
                    singles[lane] = firstSingles[lane] * secondSingles[lane];
                    break;
                case Mnemonic.Vfmadd231ps:
                    singles[lane] = MathF.FusedMultiplyAdd(firstSingles[lane], secondSingles[lane], singles[lane]);
                    break;
                case Mnemonic.Vfnmadd231ps:
                    singles[lane] = MathF.FusedMultiplyAdd(-firstSingles[lane], secondSingles[lane], singles[lane]);
                    break;
                case Mnemonic.Vfmadd213ps:
                    singles[lane] = MathF.FusedMultiplyAdd(firstSingles[lane], singles[lane], secondSingles[lane]);
                    break;
                case Mnemonic.Vfnmadd213ps:
                    singles[lane] = MathF.FusedMultiplyAdd(-firstSingles[lane], singles[lane], secondSingles[lane]);
                    break;
                default:
                    throw new NotSupportedException(instruction.ToString());
            }
        }

        result.CopyTo(target, 0);
    }

    private byte[] Read(in Instruction instruction, int operand)
    {
        if (instruction.GetOpKind(operand) == OpKind.Register)
        {
            return _vectors[instruction.GetOpRegister(operand).GetNumber()];
        }

        byte[] bytes = new byte[64];
        byte* address = Address(instruction);
        for (int index = 0; index < bytes.Length && (instruction.IsBroadcast || index < instruction.MemorySize.GetSize()); index++)
        {
            bytes[index] = address[instruction.IsBroadcast ? index % sizeof(int) : index];
        }

        return bytes;
    }

    private byte[] Vector(Register register) => _vectors[register.GetNumber()];

    private byte* Address(in Instruction instruction) => instruction.IsIPRelativeMemoryOperand
        ? (byte*)instruction.IPRelativeMemoryAddress
        : (byte*)(this[instruction.MemoryBase] + instruction.MemoryDisplacement64);
}
