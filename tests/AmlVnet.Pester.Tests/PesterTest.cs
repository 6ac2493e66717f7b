namespace AmlVnet.Pester.Tests;

/// <summary>What a test of a Pester file gave.</summary>
/// <param name="Name">The names of its blocks and its own.</param>
/// <param name="Result">Pester's word: Passed, Failed, Skipped, …</param>
/// <param name="Milliseconds">How long it took.</param>
/// <param name="Message">Why it failed or was skipped; empty when it passed.</param>
/// <param name="Trace">Where; empty when it passed.</param>
internal sealed record PesterTest(string Name, string Result, double Milliseconds, string Message, string Trace)
{
    /// <summary>The file itself as a failed test: it could not be run, or held nothing to run.</summary>
    public static PesterTest Broken(string message, string output) => new("(the file)", "Failed", 0, message + "\n" + output, "");
}
