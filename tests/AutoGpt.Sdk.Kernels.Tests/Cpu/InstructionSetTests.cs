using System.Diagnostics;

namespace AutoGpt.Sdk.Kernels.Tests;

/// <summary>The kernels' tests once more in processes that lack instruction sets: what a narrower machine runs, chosen as it chooses.</summary>
public sealed class InstructionSetTests
{
    private const string Nested = "AUTOGPT_NESTED_TESTS";

    [TestCase("DOTNET_EnableAVX512")]
    [TestCase("DOTNET_EnableAVX2")]
    [TestCase("DOTNET_EnableHWIntrinsic")]
    public void The_kernels_hold_without(string set)
    {
        if (Environment.GetEnvironmentVariable(Nested) is not null)
        {
            Assert.Ignore("this process is one of the children");
        }

        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(InstructionSetTests).Assembly.Location);
        }

        start.ArgumentList.Add("--filter");
        start.ArgumentList.Add("FullyQualifiedName~MatrixTests|FullyQualifiedName~LowRankTests|FullyQualifiedName~AttentionTests|FullyQualifiedName~KernelTests|FullyQualifiedName~WeightBlocksTests");
        start.Environment[set] = "0";
        start.Environment[Nested] = "1";
        using Process child = Process.Start(start)!;
        Task<string> errors = child.StandardError.ReadToEndAsync();
        string output = child.StandardOutput.ReadToEnd();
        Assert.That(child.WaitForExit(TimeSpan.FromMinutes(5)), "it ended");
        Assert.That(child.ExitCode, Is.Zero, output + errors.Result);
        Assert.That(output, Does.Match(@"succeeded: [1-9][0-9]"));
    }
}
