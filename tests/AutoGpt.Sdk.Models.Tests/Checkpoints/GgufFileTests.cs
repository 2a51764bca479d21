using System.Buffers.Binary;

namespace AutoGpt.Sdk.Models.Tests;

public sealed class GgufFileTests
{
    // Byte by byte from the specification: one key, one tensor of [2, 3] halves, version 3.
    [Test]
    public void Reads_the_specifications_layout()
    {
        byte[] file =
        [
            .. "GGUF"u8, 3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0,
            1, 0, 0, 0, 0, 0, 0, 0, .. "k"u8, 4, 0, 0, 0, 7, 0, 0, 0,
            1, 0, 0, 0, 0, 0, 0, 0, .. "w"u8, 2, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        ];
        file = [.. file, .. new byte[(32 - (file.Length % 32)) % 32], 0x00, 0x3C, 0x00, 0xC0, 0, 0, 0, 0, 0, 0, 0x00, 0x38];
        using GgufFile source = GgufFile.Open(file, "hand-made");
        Assert.That(source.Names, Is.EqualTo(new[] { "w" }));
        Assert.That(source.Metadata["k"], Is.EqualTo(7L));
        Assert.That(source.TryGet("w", out TensorView tensor), Is.True);
        Assert.That(source.TryGet("v", out _), Is.False);
        Assert.That(tensor.Shape, Is.EqualTo(new[] { 2, 3 }), "outermost first, where the file has the innermost first");
        float[] values = new float[6];
        TensorReader.ReadSingles(tensor, values);
        Assert.That(values, Is.EqualTo(new[] { 1f, -2f, 0, 0, 0, .5f }));
    }

    [Test]
    public void Values_of_every_kind_are_read()
    {
        GgufMetadata metadata = Open(new GgufBuilder().Key("u8", (byte)255).Key("i8", (sbyte)-1).Key("u16", (ushort)65535).Key("i16", (short)-2).Key("u32", uint.MaxValue)
            .Key("i32", -3).Key("f32", .1f).Key("yes", true).Key("no", false).Key("text", "é😀").Key("u64", 5ul).Key("huge", ulong.MaxValue).Key("i64", long.MinValue).Key("f64", .1)
            .Key("texts", new[] { "a", "", "ß" }).Key("numbers", new[] { -1, 2 }).Key("longs", new[] { 3ul }).Key("floats", new[] { 1.5f, float.NaN }).Key("flags", new[] { true, false })).Metadata;
        Assert.That(
            new[] { metadata.Integer("u8"), metadata.Integer("i8"), metadata.Integer("u16"), metadata.Integer("i16"), metadata.Integer("u32"), metadata.Integer("i32"), metadata.Integer("u64"), metadata.Integer("i64") },
            Is.EqualTo(new[] { 255, -1, 65535, -2, uint.MaxValue, -3, 5, long.MinValue }));
        Assert.That((metadata["huge"], (float)metadata.Number("f32"), metadata.Number("f64"), metadata.Number("i8")), Is.EqualTo((ulong.MaxValue, .1f, .1, -1.0)));
        Assert.That((metadata.Flag("yes"), metadata.Flag("no"), metadata.Text("text")), Is.EqualTo((true, false, "é😀")));
        Assert.That(metadata.Texts("texts"), Is.EqualTo(new[] { "a", "", "ß" }));
        Assert.That(metadata.Integers("numbers"), Is.EqualTo(new[] { -1L, 2L }));
        Assert.That(metadata.Integers("longs"), Is.EqualTo(new[] { 3L }));
        Assert.That(metadata.Numbers("floats"), Is.EqualTo(new[] { 1.5, double.NaN }));
        Assert.That(metadata["flags"], Is.EqualTo(new[] { true, false }));
        Assert.That(metadata, Has.Count.EqualTo(19));
    }

    [Test]
    public void Typed_reads_name_the_key_and_what_is_wrong()
    {
        GgufMetadata metadata = Open(new GgufBuilder().Key("text", "x").Key("number", 2u).Key("infinite", float.PositiveInfinity).Key("huge", ulong.MaxValue)).Metadata;
        Refused(() => metadata.Integer("none"), "'none' is missing");
        Refused(() => metadata["none"], "'none' is missing");
        Refused(() => metadata.Integer("text"), "'text' is x; it must be a whole number");
        Refused(() => metadata.Integer("huge"), "it must be a whole number");
        Refused(() => metadata.Text("number"), "'number' is 2; it must be a text");
        Refused(() => metadata.Flag("number", false), "true or false");
        Refused(() => metadata.Number("infinite"), "a finite number");
        Refused(() => metadata.Texts("text", []), "a list of texts");
        Assert.That((metadata.Integer("none", 4), metadata.Text("none", "y"), metadata.Flag("none", true), metadata.Number("none", .5)), Is.EqualTo((4, "y", true, .5)));
        Assert.That(metadata.Texts("none", []), Is.Empty);

        static void Refused(Func<object> read, string message) =>
            Assert.That(() => read(), Throws.TypeOf<CheckpointException>().With.Message.StartsWith("file: ").And.Message.Contains(message));
    }

    [Test]
    public void Other_element_types_are_named_when_asked_for()
    {
        using GgufFile source = Open(new GgufBuilder().Tensor("old", [32], 3, new byte[20]).Tensor("new", [7], 99, []).Tensor("w", [1], 0, new byte[4]));
        Assert.That(() => source.TryGet("old", out _), Throws.TypeOf<CheckpointException>().With.Message.Contains("'old' has the element type Q4_1"));
        Assert.That(() => source.TryGet("new", out _), Throws.TypeOf<CheckpointException>().With.Message.Contains("number 99").And.Message.Contains("Q6_K"));
        Assert.That(source.TryGet("w", out _), Is.True);
    }

    [Test]
    public void Alignment_and_version_2_are_honoured([Values(1, 8, 64, 4096)] int alignment, [Values(2u, 3u)] uint version)
    {
        var builder = new GgufBuilder { Alignment = alignment, Version = version };
        builder.Key("general.alignment", (uint)alignment).Tensor("a", [1], 0, [0, 0, 128, 63]).Tensor("b", [1], 0, [0, 0, 0, 64]);
        using GgufFile source = Open(builder);
        Assert.That(source.TryGet("b", out TensorView tensor), Is.True);
        Assert.That(tensor.Data.ToArray(), Is.EqualTo(new byte[] { 0, 0, 0, 64 }));
    }

    private static IEnumerable<TestCaseData> Damaged()
    {
        yield return Case("GGML is no GGUF", _ => "GGML"u8.ToArray(), "does not begin with 'GGUF'");
        yield return Case("version 1", _ => new GgufBuilder { Version = 1 }.Build(), "version 1");
        yield return Case("version 4", _ => new GgufBuilder { Version = 4 }.Build(), "version 4");
        yield return Case("big-endian", _ => new GgufBuilder { Version = 0x0300_0000 }.Build(), "big-endian");
        yield return Case("key twice", b => b.Key("k", 1u).Key("k", 2u).Build(), "'k' is there twice");
        yield return Case("tensor twice", b => b.Tensor("w", [1], 0, new byte[4]).Tensor("w", [1], 0, new byte[4]).Build(), "'w' is there twice");
        yield return Case("nameless key", b => b.Key("", 1u).Build(), "is empty");
        yield return Case("control character", b => b.Key("a\n", 1u).Build(), "control characters");
        yield return Case("unknown kind", b => b.Raw("k", 13, 0).Build(), "kind 13");
        yield return Case("nested array", b => b.Raw("k", 9, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0).Build(), "array of arrays");
        yield return Case("array of unknown kind", b => b.Raw("k", 9, 13, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0).Build(), "array of kind 13");
        yield return Case("array longer than the file", b => b.Raw("k", 9, [4, 0, 0, 0, .. Long(1ul << 40)]).Build(), $"{1ul << 40} elements");
        yield return Case("string longer than the file", b => b.Raw("k", 8, Long(ulong.MaxValue)).Build(), $"{ulong.MaxValue} bytes");
        yield return Case("not UTF-8", b => b.Raw("k", 8, [.. Long(1), 0xFF]).Build(), "not UTF-8");
        yield return Case("neither true nor false", b => b.Raw("k", 7, 2).Build(), "the byte 2");
        yield return Case("numbers of 2^63", b => b.Key("k", new[] { 1ul << 63 }).Build(), "2^63");
        yield return Case("five dimensions", b => b.Tensor("w", [1, 1, 1, 1, 1], 0, new byte[4]).Build(), "5 dimensions");
        yield return Case("long dimension", b => b.Tensor("w", [1ul << 31], 0, []).Build(), "dimension of 2147483648");
        yield return Case("impossible shape", b => b.Tensor("w", [int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue], 0, []).Build(), "is said to lie");
        yield return Case("part of a block", b => b.Tensor("w", [48, 2], 2, new byte[54]).Build(), "whole blocks of 32");
        yield return Case("scalar block", b => b.Tensor("w", [], 8, new byte[34]).Build(), "whole blocks of 32");
        yield return Case("cut off", b => b.Tensor("w", [9], 0, new byte[4]).Build(), "cut off");
        yield return Case("far away", b => b.Tensor("w", [1], 0, new byte[4]).Build((_, _) => 1ul << 62), "cut off");
        yield return Case("beyond 2^63", b => b.Tensor("w", [1], 0, new byte[4]).Build((_, _) => ulong.MaxValue - 31), "is said to lie");
        yield return Case("overlap", b => b.Tensor("v", [16], 0, new byte[64]).Tensor("w", [1], 0, new byte[4]).Build((i, offset) => i == 1 ? 32 : offset), "overlap");
        yield return Case("unaligned", b => b.Tensor("w", [1], 0, new byte[64]).Build((_, _) => 4), "not aligned");
        yield return Case("alignment 0", b => b.Key("general.alignment", 0u).Build(), "general.alignment is 0");
        yield return Case("alignment 3", b => b.Key("general.alignment", 3u).Build(), "general.alignment is 3");
        yield return Case("alignment as text", b => b.Key("general.alignment", "32").Build(), "general.alignment is 32");

        static TestCaseData Case(string name, Func<GgufBuilder, byte[]> build, string message) => new(build(new GgufBuilder()), message) { TestName = $"{{m}}({name})" };
    }

    [TestCaseSource(nameof(Damaged))]
    public void Damaged_files_are_refused(byte[] file, string message)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(() => GgufFile.Open(file, "weights"), Throws.TypeOf<CheckpointException>().With.Message.StartsWith("weights: ").And.Message.Contains(message));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(100_000));
    }

    [TestCase(8)]
    [TestCase(16)]
    public void A_count_beyond_the_file_is_refused_before_anything_is_allocated(int place)
    {
        foreach (ulong count in new[] { ulong.MaxValue, 1ul << 63, 1ul << 32, 4ul })
        {
            byte[] file = new GgufBuilder().Key("k", 1u).Build();
            BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(place), count);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.That(() => GgufFile.Open(file, "x"), Throws.TypeOf<CheckpointException>());
            Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(100_000));
        }
    }

    // Each list fits the file; it is one after the other that adds up.
    [Test]
    public void Lists_have_a_bound_together()
    {
        var builder = new GgufBuilder();
        for (int i = 0; i < 3; i++)
        {
            builder.Raw($"k{i}", 9, [0, 0, 0, 0, .. Long(4_000_000), .. new byte[4_000_000]]);
        }

        Assert.That(() => GgufFile.Open(builder.Build(), "x"), Throws.TypeOf<CheckpointException>().With.Message.Contains("'k2'"));
    }

    [Test]
    public void A_missing_file_and_an_empty_file_and_a_folder_are_checkpoint_errors()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("empty"), []);
        foreach (string path in new[] { folder.File("none"), folder.File("empty"), folder.Path })
        {
            Assert.That(() => GgufFile.Open(path), Throws.TypeOf<CheckpointException>().With.Message.Contains(path));
        }
    }

    [Test]
    public void Every_truncation_is_refused()
    {
        byte[] whole = new GgufBuilder().Key("k", new[] { "a", "b" }).Key("n", 1.5).Tensor("w", [32, 2], 8, new byte[68]).Tensor("e", [0], 0, []).Build();
        GgufFile.Open(whole, "whole").Dispose();
        for (int length = 0; length < whole.Length - 28; length++)
        {
            byte[] cut = whole[..length];
            Assert.That(() => GgufFile.Open(cut, "cut"), Throws.TypeOf<CheckpointException>(), $"cut to {length}");
        }
    }

    [Test]
    [Platform(Include = "Linux", Reason = "needs sparse files")]
    public void Files_over_2_GiB_are_mapped_and_a_tensor_of_that_size_is_named()
    {
        using var folder = new TemporaryFolder();
        const long Each = 1_500_000_000;
        string path = folder.File("large.gguf");
        byte[] head = new GgufBuilder().Tensor("a", [Each / 2], 1, []).Tensor("b", [Each / 2], 1, []).Tensor("c", [1 << 20, 1 << 11], 1, [])
            .Build((i, _) => (ulong)(i * Each / 32 * 32));
        using (FileStream stream = File.Create(path))
        {
            stream.Write(head);
            stream.SetLength(head.Length + (2 * Each) + (1L << 32));
            stream.Position = head.Length + (Each / 32 * 32);
            stream.Write([0x00, 0x3C]);
        }

        using GgufFile source = GgufFile.Open(path);
        Assert.That(source.TryGet("b", out TensorView b), Is.True);
        Assert.That(b.Data.Length, Is.EqualTo(Each));
        Assert.That(b.Data.Span[..2].ToArray(), Is.EqualTo(new byte[] { 0x00, 0x3C }));
        Assert.That(() => source.TryGet("c", out _), Throws.TypeOf<CheckpointException>().With.Message.Contains("2 GiB"));
    }

    [Test]
    public void Data_of_a_closed_file_throw_instead_of_touching_freed_memory()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("a"), new GgufBuilder().Tensor("w", [1], 0, new byte[4]).Build());
        GgufFile source = GgufFile.Open(folder.File("a"));
        source.TryGet("w", out TensorView tensor);
        source.Dispose();
        Assert.That(() => tensor.Data.Span[0], Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => source.TryGet("w", out _), Throws.TypeOf<ObjectDisposedException>());
    }

    private static GgufFile Open(GgufBuilder builder) => GgufFile.Open(builder.Build(), "file");

    private static byte[] Long(ulong value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return bytes;
    }
}
