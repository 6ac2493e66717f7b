using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace AmlVnet.Conformance.Tests;

/// <summary>
/// Keeps every exchange between the module and the simulator in one test project's whole run, and compares all of them with the official
/// specifications at its end. It hooks each copy of the simulator that is loaded, also the one in the module's own load context.
/// </summary>
public sealed class SuiteTraffic : IDisposable
{
    private readonly ConcurrentDictionary<string, Exchange> _exchanges = new(StringComparer.Ordinal);

    /// <summary>Begins to listen, where the specifications are beside the checkout.</summary>
    public SuiteTraffic()
    {
        if (!Reference.IsHere)
        {
            Console.WriteLine($"The exchanges of this run are not compared. {Reference.Missing}");
            return;
        }

        AppDomain.CurrentDomain.AssemblyLoad += OnLoad;
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies()) Hook(assembly);
    }

    /// <summary>Compares, and fails the run on a deviation that the guide does not list.</summary>
    public void Dispose()
    {
        AppDomain.CurrentDomain.AssemblyLoad -= OnLoad;
        if (!Reference.IsHere) return;
        var conformance = new Conformance(SpecLibrary.Official);
        foreach (var exchange in _exchanges.Values) conformance.Check(exchange);
        var unlisted = conformance.Deviations.Where(static d => d.Side == "request" && !d.Key.EndsWith(" | request | ?$skipToken | undeclared", StringComparison.Ordinal))
            .Concat(DeviationTable.OfTheGuide().Unlisted(conformance.Deviations.Where(static d => d.Side != "request")))
            .Select(static d => $"{d.Key} ({d.Detail})").Distinct().ToArray();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Conformance of this run: {conformance.Operations.Count} operations, {conformance.Validated} exchanges compared, {unlisted.Length} unlisted deviations."));
        if (unlisted.Length > 0) throw new InvalidOperationException(string.Join(Environment.NewLine, unlisted));
    }

    private void OnLoad(object? sender, AssemblyLoadEventArgs e) => Hook(e.LoadedAssembly);

    private void Hook(Assembly assembly)
    {
        if (assembly.GetName().Name != "AmlVnet.Simulator") return;
        var hook = assembly.GetType("AmlVnet.Simulator.AzureSimulator", throwOnError: true)!
            .GetProperty("Exchanged", BindingFlags.Static | BindingFlags.NonPublic)!;
        var record = typeof(SuiteTraffic).GetMethod(nameof(Record), BindingFlags.Instance | BindingFlags.NonPublic)!
            .MakeGenericMethod(hook.PropertyType.GenericTypeArguments);
        hook.SetValue(null, record.CreateDelegate(hook.PropertyType, this));
    }

    private void Record<TRequest, TResponse>(TRequest request, TResponse response)
    {
        dynamic sent = request!;
        dynamic answer = response!;
        Uri address = sent.Uri;
        string method = sent.Method;
        int status = answer.Status;
        string asked = Encoding.UTF8.GetString(((ReadOnlyMemory<byte>)sent.Body).Span);
        string said = Encoding.UTF8.GetString(((ReadOnlyMemory<byte>)answer.Body).Span);
        var fromGateway = answer.Header("x-ms-failure-cause") is not null;
        _exchanges.TryAdd($"{method} {address.PathAndQuery} {status} {asked} {said.Length}",
            new Exchange(method, address, asked.Length == 0 ? null : asked, status, said, fromGateway));
    }
}
