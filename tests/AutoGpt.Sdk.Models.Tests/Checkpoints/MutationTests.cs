using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace AutoGpt.Sdk.Models.Tests;

/// <summary>
/// Damaged files end in a <see cref="CheckpointException"/> or open, within memory and time in proportion to them. <c>AUTOGPT_FUZZ</c> says how many
/// mutations of each kind (default 10,000) and <c>AUTOGPT_FUZZ_SEED</c> the first seed.
/// </summary>
public sealed class MutationTests
{
    private static readonly int s_mutations = Number("AUTOGPT_FUZZ", 10_000);

    private static readonly TimeSpan s_enough = TimeSpan.FromSeconds(1);

    private static readonly ulong[] s_numbers =
    [
        0, 1, 2, 3, 7, 8, 9, 31, 32, 33, 255, 256, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 1ul << 40, long.MaxValue, 1ul << 63, ulong.MaxValue - 31, ulong.MaxValue,
    ];

    [Test]
    public void Mutated_gguf_files_open_or_are_refused()
    {
        byte[][] files =
        [
            Gguf("llama", Shapes.Llama), Gguf("gpt2", Shapes.Gpt), Gguf("qwen3", Shapes.Qwen3),
            Gguf("llama", Shapes.Llama3 with { RotaryBase = 500_000, RotaryScaling = new RotaryScaling { Kind = RotaryScalingKind.Llama3, Factor = 8 } }),
        ];
        Campaign(files, file =>
        {
            using ModelFile model = ModelFile.Open(file, "mutated.gguf");
            ReadAll(model.Tensors);
        });
    }

    [Test]
    public void Mutated_safetensors_files_open_or_are_refused()
    {
        using var folder = new TemporaryFolder();
        SafetensorsWriter.Write(
            folder.File("a"), [new("w.0", TensorType.F32, [2, 3], new byte[24]), new("w.1", TensorType.BF16, [5], new byte[10]), new("e", TensorType.F16, [0], default)],
            new Dictionary<string, string> { ["format"] = "pt" });
        Campaign([File.ReadAllBytes(folder.File("a"))], file =>
        {
            using SafetensorsFile tensors = SafetensorsFile.Open(file, "mutated.safetensors");
            ReadAll(tensors);
        });
    }

    [Test]
    public void Mutated_configurations_are_read_or_refused()
    {
        byte[][] files = [.. Shapes.All.Select(shape => TransformerConfigFile.Write((TransformerConfig)shape.Arguments[0]!))];
        Campaign(files, file => TransformerConfigFile.Read(file));
    }

    private static void Campaign(byte[][] files, Action<byte[]> open)
    {
        int first = Number("AUTOGPT_FUZZ_SEED", 1);
        int opened = 0;
        long most = 0;
        TimeSpan longest = TimeSpan.Zero;
        for (int seed = first; seed < first + s_mutations; seed++)
        {
            var random = new Random(seed);
            byte[] file = Mutated(files[random.Next(files.Length)], random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            (bool opens, TimeSpan taken) = Try(open, file, seed);
            most = Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - before);
            opened += opens ? 1 : 0;
            for (int again = 0; again < 5 && taken > s_enough; again++)
            {
                // It may have been the machine that paused.
                taken = Try(open, file, seed).Taken;
            }

            longest = taken > longest ? taken : longest;
        }

        TestContext.Out.WriteLine($"seeds {first} to {first + s_mutations - 1}: {opened} opened, {s_mutations - opened} refused; most memory {most} bytes, longest {longest.TotalMilliseconds:F1} ms");
        Assert.That(opened, Is.InRange(1, s_mutations - 1), "neither all nor none");
        Assert.That(most, Is.LessThan(4_000_000));
        Assert.That(longest, Is.LessThanOrEqualTo(s_enough));
    }

    private static (bool Opened, TimeSpan Taken) Try(Action<byte[]> open, byte[] file, int seed)
    {
        long start = TimeProvider.System.GetTimestamp();
        bool opened = false;
        try
        {
            open(file);
            opened = true;
        }
        catch (CheckpointException)
        {
            // What a damaged file is answered with.
        }
        catch (Exception exception)
        {
            Assert.Fail($"seed {seed}: {exception}");
        }

        return (opened, TimeProvider.System.GetElapsedTime(start));
    }

    private static byte[] Mutated(byte[] whole, Random random)
    {
        List<byte> file = [.. whole];
        for (int changes = random.Next(1, 4); changes > 0 && file.Count > 8; changes--)
        {
            // Headers are where the decisions are.
            int place = random.Next(random.Next(3) == 0 ? file.Count : Math.Min(file.Count, 1500));
            switch (random.Next(6))
            {
                case 0:
                    file[place] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    file[place] = (byte)random.Next(256);
                    break;
                case 2:
                    byte[] number = new byte[8];
                    BinaryPrimitives.WriteUInt64LittleEndian(number, s_numbers[random.Next(s_numbers.Length)]);
                    Overwrite(file, place, number.AsSpan(0, random.Next(2) == 0 ? 4 : 8));
                    break;
                case 3:
                    int from = random.Next(file.Count);
                    Overwrite(file, place, file[from..Math.Min(from + random.Next(1, 40), file.Count)].ToArray());
                    break;
                case 4:
                    file.RemoveRange(place, Math.Min(random.Next(1, 40), file.Count - place));
                    break;
                default:
                    Overwrite(file, place, Encoding.ASCII.GetBytes(s_numbers[random.Next(s_numbers.Length)].ToString(CultureInfo.InvariantCulture)));
                    break;
            }
        }

        return [.. file];
    }

    private static void Overwrite(List<byte> file, int place, ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; i < bytes.Length && place + i < file.Count; i++)
        {
            file[place + i] = bytes[i];
        }
    }

    private static void ReadAll(ITensorSource tensors)
    {
        foreach (string name in tensors.Names)
        {
            Assert.That(tensors.TryGet(name, out TensorView tensor), Is.True);
            TensorReader.ReadSingles(tensor, new float[tensor.Count]);
        }
    }

    private static byte[] Gguf(string architecture, TransformerConfig config) =>
        GgufNetworks.Of(architecture, config with { ContextLength = 8 }, RandomWeights.Of(config).Views()).Key("tokenizer.ggml.tokens", new[] { "a", "b" }).Build();

    private static int Number(string name, int absent) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int number) ? number : absent;
}
