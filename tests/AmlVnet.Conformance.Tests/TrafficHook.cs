using System.Reflection;
using System.Text;

namespace AmlVnet.Conformance.Tests;

/// <summary>Hears every exchange with each copy of the simulator that this process loads,
/// also the one in the module's own load context.</summary>
internal sealed class TrafficHook : IDisposable
{
    private readonly Action<Exchange> _heard;

    /// <summary>Begins to listen.</summary>
    /// <param name="heard">Is told each exchange, on whatever thread it was made.</param>
    internal TrafficHook(Action<Exchange> heard)
    {
        _heard = heard;
        AppDomain.CurrentDomain.AssemblyLoad += OnLoad;
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies()) Hook(assembly);
    }

    /// <summary>Hooks no further copy.</summary>
    public void Dispose() => AppDomain.CurrentDomain.AssemblyLoad -= OnLoad;

    private void OnLoad(object? sender, AssemblyLoadEventArgs e) => Hook(e.LoadedAssembly);

    private void Hook(Assembly assembly)
    {
        if (assembly.GetName().Name != "AmlVnet.Simulator") return;
        var hook = assembly.GetType("AmlVnet.Simulator.AzureSimulator", throwOnError: true)!
            .GetProperty("Exchanged", BindingFlags.Static | BindingFlags.NonPublic)!;
        var record = typeof(TrafficHook).GetMethod(nameof(Record), BindingFlags.Instance | BindingFlags.NonPublic)!
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
        _heard(new Exchange(method, address, asked.Length == 0 ? null : asked, status, said, fromGateway));
    }
}
