using System.Buffers.Binary;
using System.Text;

namespace AutoGpt.Sdk.Models.Tests;

public sealed class SafetensorsFileTests
{
    [Test]
    public void Reads_the_specifications_layout()
    {
        byte[] file = FileOf("""{"__metadata__":{"k":"v"},"b":{"dtype":"BF16","shape":[2,1],"data_offsets":[4,8]},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}   """,
            [0, 0, 0x80, 0x3F, 0x80, 0x3F, 0x00, 0xC0]);
        using SafetensorsFile source = SafetensorsFile.Open(file, "hand-made");
        Assert.That(source.Names, Is.EqualTo(new[] { "b", "a" }));
        Assert.That(source.Metadata["k"], Is.EqualTo("v"));
        Assert.That(source.TryGet("missing", out _), Is.False);
        Assert.That(source.TryGet("a", out TensorView a) && source.TryGet("b", out TensorView _), Is.True);
        source.TryGet("b", out TensorView b);
        Assert.That(a.Shape, Is.Empty);
        Assert.That(Singles(a), Is.EqualTo(new[] { 1f }));
        Assert.That(b.Shape, Is.EqualTo(new[] { 2, 1 }));
        Assert.That(Singles(b), Is.EqualTo(new[] { 1f, -2f }));
    }

    [Test]
    public void Other_element_types_are_named_when_asked_for()
    {
        byte[] file = FileOf("""{"mask":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"new":{"dtype":"Q9","shape":[7],"data_offsets":[4,9]}}""", new byte[9]);
        using SafetensorsFile source = SafetensorsFile.Open(file, "x");
        Assert.That(() => source.TryGet("mask", out _), Throws.TypeOf<CheckpointException>().With.Message.Contains("U8").And.Message.Contains("mask"));
        Assert.That(() => source.TryGet("new", out _), Throws.TypeOf<CheckpointException>().With.Message.Contains("Q9"));
    }

    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "Duplicate")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\u0061":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "Duplicate")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "end at byte 4 of 8")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "hole")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "overlap")]
    [TestCase("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", "F32[3]")]
    [TestCase("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,12]}}""", "0 to 12 of 8")]
    [TestCase("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", "8 to 0")]
    [TestCase("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", "-2")]
    [TestCase("""{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", "2.5")]
    [TestCase("""{"a":{"dtype":"F32","shape":[4294967298],"data_offsets":[0,8]}}""", "4294967298")]
    [TestCase("""{"a":{"dtype":"F32","shape":[2147483647,2147483647,2147483647,2147483647],"data_offsets":[0,8]}}""", "impossible shape")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,2],"data_offsets":[0,8]}}""", "16 dimensions")]
    [TestCase("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"extra":1}}""", "nothing else")]
    [TestCase("""{"a":7}""", "must have a dtype")]
    [TestCase("""{"__metadata__":{"k":1},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "one string")]
    [TestCase("""[]""", "not a JSON object")]
    [TestCase("""{"\ud800":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "not valid JSON")]
    public void Damaged_headers_are_refused(string header, string message) =>
        Assert.That(() => SafetensorsFile.Open(FileOf(header, new byte[8]), "weights"),
            Throws.TypeOf<CheckpointException>().With.Message.StartsWith("weights: ").And.Message.Contains(message));

    [TestCase(0xFFFF_FFFF_FFFF_FFFFul)]
    [TestCase(0x7FFF_FFFF_FFFF_FFFFul)]
    [TestCase(100_000_001ul)]
    [TestCase(9ul)]
    public void A_header_longer_than_the_file_is_refused_before_anything_is_allocated(ulong length)
    {
        byte[] file = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(() => SafetensorsFile.Open(file, "x"), Throws.TypeOf<CheckpointException>());
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(100_000));
    }

    [Test]
    public void A_missing_file_and_an_empty_file_and_a_folder_are_checkpoint_errors()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("empty"), []);
        foreach (string path in new[] { folder.File("none"), folder.File("empty"), folder.Path })
        {
            Assert.That(() => SafetensorsFile.Open(path), Throws.TypeOf<CheckpointException>().With.Message.Contains(path));
        }
    }

    [Test]
    [Platform(Include = "Linux", Reason = "needs sparse files")]
    public void Files_over_2_GiB_are_mapped()
    {
        using var folder = new TemporaryFolder();
        const long Each = 1_500_000_000;
        string path = folder.File("large.safetensors");
        byte[] head = FileOf($$$"""{"a":{"dtype":"F16","shape":[{{{Each / 2}}}],"data_offsets":[0,{{{Each}}}]},"b":{"dtype":"F16","shape":[{{{Each / 2}}}],"data_offsets":[{{{Each}}},{{{2 * Each}}}]}}""", []);
        using (FileStream stream = File.Create(path))
        {
            stream.Write(head);
            stream.SetLength(head.Length + (2 * Each));
            stream.Position = head.Length + Each;
            stream.Write([0x00, 0x3C]);
            stream.Position = stream.Length - 2;
            stream.Write([0x00, 0xC0]);
        }

        using SafetensorsFile source = SafetensorsFile.Open(path);
        Assert.That(source.TryGet("b", out TensorView b), Is.True);
        Assert.That(b.Data.Length, Is.EqualTo(Each));
        Assert.That(b.Data.Span[..2].ToArray(), Is.EqualTo(new byte[] { 0x00, 0x3C }));
        Assert.That(b.Data.Span[^2..].ToArray(), Is.EqualTo(new byte[] { 0x00, 0xC0 }));
    }

    [Test]
    public void Data_of_a_closed_file_throw_instead_of_touching_freed_memory()
    {
        using var folder = new TemporaryFolder();
        SafetensorsWriter.Write(folder.File("a"), [new TensorView("w", TensorType.F32, [2], new byte[8])]);
        SafetensorsFile source = SafetensorsFile.Open(folder.File("a"));
        source.TryGet("w", out TensorView tensor);
        source.Dispose();
        Assert.That(() => tensor.Data.Span[0], Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => source.TryGet("w", out _), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void Every_truncation_and_thousands_of_byte_flips_are_refused_or_read()
    {
        using var folder = new TemporaryFolder();
        SafetensorsWriter.Write(
            folder.File("a"),
            [new("w.0", TensorType.F32, [2, 3], new byte[24]), new("w.1", TensorType.BF16, [5], new byte[10]), new("e", TensorType.F16, [0], default)],
            new Dictionary<string, string> { ["format"] = "pt" });
        byte[] whole = File.ReadAllBytes(folder.File("a"));
        for (int length = 0; length < whole.Length; length++)
        {
            byte[] cut = whole[..length];
            Assert.That(() => SafetensorsFile.Open(cut, "cut"), Throws.TypeOf<CheckpointException>(), $"cut to {length}");
            File.WriteAllBytes(folder.File("cut"), cut);
            Assert.That(() => SafetensorsFile.Open(folder.File("cut")), Throws.TypeOf<CheckpointException>(), $"cut to {length}");
        }

        var random = new Random(7);
        int refused = 0;
        for (int trial = 0; trial < 20_000; trial++)
        {
            byte[] damaged = [.. whole];
            for (int flips = random.Next(1, 4); flips > 0; flips--)
            {
                damaged[random.Next(damaged.Length)] ^= (byte)random.Next(1, 256);
            }

            refused += ReadsOrRefuses(damaged) ? 0 : 1;
        }

        Assert.That(refused, Is.InRange(5_000, 19_999));
    }

    private static bool ReadsOrRefuses(byte[] file)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            using SafetensorsFile source = SafetensorsFile.Open(file, "flipped");
            foreach (string name in source.Names)
            {
                Assert.That(source.TryGet(name, out TensorView tensor), Is.True);
                TensorReader.ReadSingles(tensor, new float[tensor.Count]);
            }

            return true;
        }
        catch (CheckpointException)
        {
            return false;
        }
        finally
        {
            Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1_000_000));
        }
    }

    internal static byte[] FileOf(string header, byte[] data)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        byte[] length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)text.Length);
        return [.. length, .. text, .. data];
    }

    private static float[] Singles(TensorView tensor)
    {
        float[] values = new float[tensor.Count];
        TensorReader.ReadSingles(tensor, values);
        return values;
    }
}
