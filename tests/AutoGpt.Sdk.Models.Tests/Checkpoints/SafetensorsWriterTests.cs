using System.Buffers.Binary;
using System.Text.Json;

namespace AutoGpt.Sdk.Models.Tests;

public sealed class SafetensorsWriterTests
{
    [Test]
    public void What_is_written_is_read_back_and_aligned()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(3);
        TensorView[] tensors =
        [
            View("half", TensorType.F16, [3], random), View("ü\"\\\n", TensorType.BF16, [1, 5], random), View("single", TensorType.F32, [2, 2], random),
            View("empty", TensorType.F32, [0, 4], random), View("scalar", TensorType.F32, [], random),
        ];
        var metadata = new Dictionary<string, string> { ["format"] = "pt", ["é"] = "\u0001" };
        string path = folder.File("sub/a.safetensors");
        SafetensorsWriter.Write(path, tensors, metadata);
        SafetensorsWriter.Write(path, tensors, metadata);

        using SafetensorsFile source = SafetensorsFile.Open(path);
        Assert.That(source.Names, Is.EquivalentTo(tensors.Select(tensor => tensor.Name)));
        Assert.That(source.Metadata, Is.EquivalentTo(metadata));
        foreach (TensorView written in tensors)
        {
            Assert.That(source.TryGet(written.Name, out TensorView read), Is.True);
            Assert.That(read.Type, Is.EqualTo(written.Type));
            Assert.That(read.Shape, Is.EqualTo(written.Shape));
            Assert.That(read.Data.ToArray(), Is.EqualTo(written.Data.ToArray()));
        }

        Assert.That(Directory.GetFiles(folder.File("sub")), Has.Length.EqualTo(1), "no temporary file stays");
        AssertAligned(File.ReadAllBytes(path));
    }

    [Test]
    public void A_failing_write_leaves_the_old_file()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("a");
        File.WriteAllText(path, "old");
        Assert.That(() => AtomicFile.Write(path, stream =>
        {
            stream.Write("new"u8);
            throw new IOException("disk full");
        }), Throws.TypeOf<IOException>());
        Assert.That(File.ReadAllText(path), Is.EqualTo("old"));
        Assert.That(Directory.GetFileSystemEntries(folder.Path), Has.Length.EqualTo(1));
    }

    [Test]
    public void Callers_mistakes_are_argument_errors()
    {
        using var folder = new TemporaryFolder();
        TensorView good = View("a", TensorType.F32, [2], new Random(1));
        foreach (TensorView[] bad in new TensorView[][]
        {
            [good, good], [good with { Name = "" }], [good with { Name = "__metadata__" }], [good with { Shape = [3] }], [good with { Shape = [-1, -2] }],
        })
        {
            Assert.That(() => SafetensorsWriter.Write(folder.File("x"), bad), Throws.ArgumentException);
        }

        Assert.That(Directory.GetFileSystemEntries(folder.Path), Is.Empty);
    }

    // Independent of the reader: the layout as the specification has it.
    private static void AssertAligned(byte[] file)
    {
        long header = BinaryPrimitives.ReadInt64LittleEndian(file);
        Assert.That(header % 8, Is.Zero);
        Assert.That(file[8], Is.EqualTo((byte)'{'));
        using JsonDocument json = JsonDocument.Parse(file.AsMemory(8, (int)header));
        foreach (JsonProperty tensor in json.RootElement.EnumerateObject().Where(property => property.Name != "__metadata__"))
        {
            int size = tensor.Value.GetProperty("dtype").GetString() == "F32" ? 4 : 2;
            Assert.That(tensor.Value.GetProperty("data_offsets")[0].GetInt64() % size, Is.Zero, tensor.Name);
        }
    }

    private static TensorView View(string name, TensorType type, int[] shape, Random random)
    {
        byte[] data = new byte[shape.Aggregate(1, (product, size) => product * size) * type.BlockBytes()];
        random.NextBytes(data);
        return new TensorView(name, type, shape, data);
    }
}
