using AutoGpt.Sdk.Benchmarks.Peers;

namespace AutoGpt.Sdk.Benchmarks.Gguf;

/// <summary>The command <c>models</c>: makes random models and prints where they lie. <c>models --models a,b --types x,y</c>.</summary>
internal static class ModelsCommand
{
    public static int Run(string[] args)
    {
        CommandArguments arguments = new(args, "models [--models a,b] [--types F32,F16,BF16,Q8_0,Q4_0,Q4_K_M,…[:pure]]", "--models", "--types");
        using PeerProcess peer = PeerProcess.Start();
        ModelStore store = new(peer);
        foreach (GgufShape shape in arguments.List("--models", "tiny-llama").Select(GgufShape.Of))
        {
            foreach (string type in arguments.List("--types", "F16"))
            {
                Console.WriteLine(store.Get(shape, type));
            }
        }

        return 0;
    }
}
