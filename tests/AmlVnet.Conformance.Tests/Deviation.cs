namespace AmlVnet.Conformance.Tests;

/// <summary>One HTTP exchange between a client and Azure, or what stands in for it.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Address">The whole address.</param>
/// <param name="RequestBody">What was sent; null when nothing was.</param>
/// <param name="Status">The answer's status.</param>
/// <param name="ResponseBody">What was answered; null when nothing was.</param>
/// <param name="FromGateway">Whether Resource Manager itself refused, before any provider; its errors are in no provider's
/// specification.</param>
internal sealed record Exchange(string Method, Uri Address, string? RequestBody, int Status, string? ResponseBody, bool FromGateway)
{
    /// <summary>The same for exchanges that say the same.</summary>
    internal string Key => $"{Method} {Address.PathAndQuery} {Status} {RequestBody} {ResponseBody?.Length}";
}

/// <summary>Where a request or an answer is not as its specification says.</summary>
/// <param name="Operation">The operation's id in the specification.</param>
/// <param name="Side">Request, or the answer's status.</param>
/// <param name="Member">The member, with [] for any item of an array; empty for the whole.</param>
/// <param name="What">The kind of deviation.</param>
/// <param name="Detail">The value and the rule, for a reader.</param>
internal sealed record Deviation(string Operation, string Side, string Member, string What, string Detail)
{
    internal string Key => $"{Operation} | {Side} | {Member} | {What}";
}
