using System.Diagnostics;
using System.Runtime.InteropServices;

namespace AutoGpt.Sdk.Kernels.Tests.Cuda;

/// <summary>
/// A CUDA device without a GPU: the kernels' sources compiled for the host, behind the driver's own functions. Built once for a test run and put in
/// the driver's place; without clang-19 the tests say so and are not run.
/// </summary>
[SetUpFixture]
public sealed partial class EmulatedCuda
{
    /// <summary>The compiler, or null where it is not installed.</summary>
    public static string? Missing { get; private set; }

    public static string Root { get; } = FindRoot();

    [OneTimeSetUp]
    public void Build()
    {
        string folder = Path.Combine(TestContext.CurrentContext.WorkDirectory, "emulated-cuda");
        Directory.CreateDirectory(folder);
        string library = Path.Combine(folder, "libcuda-emulated.so");
        string emulation = Path.Combine(Root, "tests/AutoGpt.Sdk.Kernels.Tests/Cuda/Emulation");
        try
        {
            (int code, string output) = Run(
                "clang++-19", "-std=c++20", "-O2", "-fPIC", "-shared", "-Wall", "-Wextra", "-Werror", "-Wno-unused-function",
                "-I" + emulation, "-I" + Path.Combine(Root, "src/AutoGpt.Sdk.Kernels/Cuda/Sources"),
                Path.Combine(emulation, "kernels.cpp"), Path.Combine(emulation, "emulation.cpp"), Path.Combine(emulation, "driver.cpp"), "-o", library);
            Assert.That(code, Is.Zero, output);
            Environment.SetEnvironmentVariable("AUTOGPT_CUDA_DRIVER", library);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Missing = "clang-19 is not installed (apt-get install clang-19): the CUDA kernels were not run.";
        }
    }

    /// <summary>Opens the device as it is set.</summary>
    /// <param name="settings">What driver.cpp plays, such as <c>sm=75 seed=3</c>.</param>
    public static CudaDriver Open(string settings = "")
    {
        RequireCompiler();
        Play(settings);
        return CudaDriver.Open();
    }

    public static void RequireCompiler()
    {
        if (Missing is not null)
        {
            Assert.Ignore(Missing);
        }
    }

    /// <summary>Sets what the emulated device is.</summary>
    public static void Play(string settings) => Assert.That(SetEnvironment("EMULATED_CUDA", settings, 1), Is.Zero);

    public static (int Code, string Output) Run(string program, params IEnumerable<string> arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd() + errors.Result;
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AutoGpt.Sdk.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside the repository.");
    }

    // The runtime keeps an environment of its own; native code reads the process's.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
