using System.Diagnostics;
using AutoGpt.Sdk.Models.Torch;
using TorchSharp;

namespace AutoGpt.Sdk.Training.Tests.Native;

public sealed class LibTorchTests
{
    private const string Bridge = "libLibTorchSharp.so";

    // Where the build put the native files.
    private static readonly string Package = NativeFolders.Find(new LibTorchOptions()).First(folder => File.Exists(Path.Combine(folder, Bridge)));

    private string _folder = "";

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("autogpt-libtorch-").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void It_loads_and_computes()
    {
        GlibcMalloc.KeepFreedMemory();
        LibTorchDiagnosis diagnosis = LibTorch.Diagnose();
        TestContext.Out.WriteLine(diagnosis);
        LibTorch.EnsureLoaded();
        using torch.Tensor a = torch.ones(2, 3).matmul(torch.ones(3, 2));
        Assert.That(a.sum().item<float>(), Is.EqualTo(12f));
    }

    [Test]
    [NonParallelizable]
    public void Folders_of_a_libtorch_elsewhere_come_first()
    {
        string? before = Environment.GetEnvironmentVariable(LibTorchOptions.FolderVariable);
        try
        {
            Environment.SetEnvironmentVariable(LibTorchOptions.FolderVariable, string.Join(Path.PathSeparator, Path.Combine(_folder, "missing"), _folder));
            Assert.That(NativeFolders.Find(new LibTorchOptions()).First(), Is.EqualTo(_folder));
            Assert.That(NativeFolders.Find(new LibTorchOptions { SearchFolders = { Package } }), Does.Not.Contain(_folder), "what the caller names comes instead");
        }
        finally
        {
            Environment.SetEnvironmentVariable(LibTorchOptions.FolderVariable, before);
        }
    }

    [Test]
    [Platform("Linux")]
    public void A_copy_is_patched_only_where_the_system_has_the_fault()
    {
        LibTorchDiagnosis diagnosis = new LibTorchLoader(new LibTorchOptions { CacheFolder = _folder }, Package).Load();
        bool lacks = !HasVersion("GLIBCXX_3.4.32");
        TestContext.Out.WriteLine($"This system {(lacks ? "lacks" : "has")} GLIBCXX_3.4.32.");
        Assert.That(diagnosis.State, Is.EqualTo(lacks ? LibTorchState.LoadedFromPatchedCopy : LibTorchState.Loaded), diagnosis.ToString());
        Assert.That(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories), Has.Length.EqualTo(lacks ? 1 : 0));
        if (lacks)
        {
            Assert.That(diagnosis.NativeLibrary, Does.StartWith(_folder));
            byte[] original = File.ReadAllBytes(Path.Combine(Package, Bridge)), copy = File.ReadAllBytes(diagnosis.NativeLibrary!);
            Assert.That(copy, Has.Length.EqualTo(original.Length));
            Assert.That(copy.Zip(original).Count(pair => pair.First != pair.Second), Is.InRange(2, 8), "a flag of the version, the binding of its one symbol");
        }
    }

    [Test]
    [Platform("Linux")]
    public void A_copy_that_was_tampered_with_is_not_loaded()
    {
        byte[] original = [1, 2, 3], patched = [1, 2, 4];
        LibTorchOptions options = new() { CacheFolder = _folder };
        string path = PatchCache.Write(options, Bridge, original, patched);
        DateTime written = File.GetLastWriteTimeUtc(path);
        Assert.That(PatchCache.Write(options, Bridge, original, patched), Is.EqualTo(path));
        Assert.That(File.GetLastWriteTimeUtc(path), Is.EqualTo(written), "what is there and right stays");
        File.WriteAllBytes(path, [9, 9, 9]);
        PatchCache.Write(options, Bridge, original, patched);
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(patched));
        if (!OperatingSystem.IsWindows())
        {
            Assert.That(File.GetUnixFileMode(Path.GetDirectoryName(path)!) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite), Is.EqualTo(UnixFileMode.None));
        }
    }

    [Test]
    [Platform("Linux")]
    public void Missing_files_are_named_with_what_to_install()
    {
        LibTorchDiagnosis neither = new LibTorchLoader(new LibTorchOptions(), _folder).Load();
        Assert.That(neither.State, Is.EqualTo(LibTorchState.NotAvailable));
        Assert.That(new LibTorchException(neither).Message, Does.Contain("neither libLibTorchSharp.so nor libtorch_cpu.so").And.Contain(_folder).And.Contain("TorchSharp-cpu"));
        File.CreateSymbolicLink(Path.Combine(_folder, Bridge), Path.Combine(Package, Bridge));
        Assert.That(new LibTorchLoader(new LibTorchOptions(), _folder).Load().Failure, Does.StartWith("libtorch_cpu.so was not found"));
    }

    [TestCase("")]
    [TestCase("this is no library")]
    [Platform("Linux")]
    public void A_broken_file_is_named(string content)
    {
        Link("libtorch_cpu.so", "libtorch.so", "libc10.so");
        File.WriteAllText(Path.Combine(_folder, Bridge), content);
        LibTorchDiagnosis diagnosis = new LibTorchLoader(new LibTorchOptions { CacheFolder = Path.Combine(_folder, "cache") }, _folder).Load();
        Assert.That(diagnosis.State, Is.EqualTo(LibTorchState.NotAvailable));
        Assert.That(diagnosis.Failure, Does.Contain(Bridge));
        Assert.That(diagnosis.Remedy, Does.Contain("damaged"));
        Assert.That(diagnosis.Attempts[^1], Does.StartWith("Tried to load").And.Contain(Path.Combine(_folder, Bridge)));
    }

    // The system would map it and end the process at the first touch of what is missing.
    [TestCase(40)]
    [TestCase(1000)]
    [TestCase(200_000)]
    [Platform("Linux")]
    public void A_file_that_was_cut_off_is_named_instead_of_loaded(int length)
    {
        Link("libtorch_cpu.so", "libtorch.so", "libc10.so");
        byte[] original = File.ReadAllBytes(Path.Combine(Package, Bridge));
        File.WriteAllBytes(Path.Combine(_folder, Bridge), original[..length]);
        LibTorchDiagnosis diagnosis = new LibTorchLoader(new LibTorchOptions { CacheFolder = Path.Combine(_folder, "cache") }, _folder).Load();
        Assert.That((diagnosis.State, diagnosis.NativeLibrary), Is.EqualTo((LibTorchState.NotAvailable, (string?)null)));
        Assert.That(diagnosis.Failure, Does.Contain($"{Bridge} is cut off: it has {length} bytes"));
        Assert.That(diagnosis.Remedy, Does.Contain("damaged"));
    }

    [Test]
    public void The_patch_refuses_whatever_is_not_the_file_it_knows()
    {
        byte[] original = File.ReadAllBytes(Path.Combine(Package, Bridge));
        Assert.That(() => ElfVersionPatch.MakeOptional([.. original], "GLIBCXX_9.9.9"), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("does not ask for GLIBCXX_9.9.9"));
        Assert.That(() => ElfVersionPatch.MakeOptional([.. original], "GLIBCXX_3.4.21"), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("really uses"));
        Random random = new(1);
        for (int i = 0; i < 300; i++)
        {
            // Every header and table is somewhere hit; the only thing thrown is the one that says so.
            byte[] damaged = original[..random.Next(original.Length)];
            for (int hit = 0; hit < 20 && damaged.Length > 0; hit++)
            {
                damaged[random.Next(Math.Min(damaged.Length, hit % 2 == 0 ? 64 : damaged.Length))] = (byte)random.Next(256);
            }

            try
            {
                ElfVersionPatch.MakeOptional(damaged, "GLIBCXX_3.4.32");
            }
            catch (InvalidDataException)
            {
                // Told.
            }
        }
    }

    private void Link(params string[] files)
    {
        foreach (string file in files)
        {
            File.CreateSymbolicLink(Path.Combine(_folder, file), Path.Combine(Package, file));
        }
    }

    // An oracle of its own: the names in the system's C++ runtime, as the linker lists where that is.
    private static bool HasVersion(string version)
    {
        using Process linker = Process.Start(new ProcessStartInfo("/sbin/ldconfig", "-p") { RedirectStandardOutput = true })!;
        string file = linker.StandardOutput.ReadToEnd().Split('\n').First(line => line.Contains("libstdc++.so.6", StringComparison.Ordinal)).Split("=>")[1].Trim();
        return File.ReadAllBytes(file).AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(version + "\0")) >= 0;
    }
}
