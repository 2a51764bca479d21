namespace AutoGpt.Sdk.Models.Tests;

/// <summary>Real files, where somebody has them: <c>AUTOGPT_GGUF_FOLDER=... dotnet test --filter GgufCampaign</c>.</summary>
[Explicit("needs files that are not in the repository")]
public sealed class GgufCampaignTests
{
    [Test]
    public void Every_file_of_a_folder_opens()
    {
        string folder = Environment.GetEnvironmentVariable("AUTOGPT_GGUF_FOLDER") ?? throw new IgnoreException("AUTOGPT_GGUF_FOLDER names no folder.");
        string[] files = Directory.GetFiles(folder, "*.gguf");
        Assert.That(files, Is.Not.Empty);
        foreach (string path in files)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            using GgufFile file = GgufFile.Open(path);
            long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            foreach (string name in file.Names)
            {
                Assert.That(file.TryGet(name, out TensorView tensor), Is.True);
                Assert.That(tensor.Data.Length, Is.EqualTo(tensor.Count / tensor.Type.BlockLength() * tensor.Type.BlockBytes()));
            }

            GgufMetadata metadata = file.Metadata;
            Assert.That(metadata.Texts("tokenizer.ggml.tokens", []), Has.None.Null);
            TestContext.Out.WriteLine(
                $"{Path.GetFileName(path)}: {metadata.Text("general.architecture")}, {file.Names.Count} tensors, {metadata.Count} keys, {metadata.Texts("tokenizer.ggml.tokens", []).Count} tokens, {bytes / 1024} KiB made");
        }
    }
}
