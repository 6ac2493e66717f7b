using System.Management.Automation;
using System.Reflection;

namespace AmlVnet.Module.Tests;

/// <summary>
/// What of the plan of the rooms only a session shows; the rest is in AmlVnet.Architecture.Tests.
/// </summary>
public sealed class ArchitectureTests
{
    [Fact]
    public async Task The_simulator_is_loaded_when_it_is_asked_for_and_not_before()
    {
        const string Count =
            "@([System.AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -eq 'AmlVnet.Simulator' }).Count";

        var run = await PwshProcess.RunAsync(
            $"$null = Get-Command -Module AmlVnet -Syntax; $null = Get-AmlVnetContext; {Count}; " +
            $"$null = Connect-AmlVnet -Simulator; {Count}");

        Assert.Equal("0\n1\n", run.Output);
    }

    [Fact]
    public void No_third_party_type_is_in_a_public_signature()
    {
        using var runspace = new ModuleRunspace();
        var cmdlet = (CmdletInfo)Assert.Single(runspace.Invoke("Get-Command -Name Get-AmlWorkspace").OutputWithoutErrors()).BaseObject;
        var contracts = (Type)Assert.Single(runspace.Invoke("[AmlVnet.AksCompute]").OutputWithoutErrors()).BaseObject;

        var strangers = new[] { cmdlet.ImplementingType.Assembly, contracts.Assembly }
            .SelectMany(assembly => assembly.GetExportedTypes())
            .SelectMany(type => SignatureTypes(type).Select(used => (Member: type, Used: used)))
            .Where(use => use.Used.Assembly.GetName().Name is var home && !home!.StartsWith("AmlVnet", StringComparison.Ordinal) &&
                home != "System.Management.Automation" && !IsFramework(home))
            .Select(use => $"{use.Member} shows {use.Used}");

        Assert.Empty(strangers);
    }

    private static IEnumerable<Type> SignatureTypes(Type type)
    {
        const BindingFlags Declared =
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        IEnumerable<Type?> used =
        [
            type.BaseType,
            .. type.GetInterfaces(),
            .. type.GetMethods(Declared).Where(IsSeen)
                .SelectMany(method => method.GetParameters().Select(p => p.ParameterType).Append(method.ReturnType)),
            .. type.GetConstructors(Declared).Where(IsSeen)
                .SelectMany(constructor => constructor.GetParameters().Select(p => p.ParameterType)),
            .. type.GetFields(Declared).Where(field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly)
                .Select(field => field.FieldType),
        ];
        return used.OfType<Type>().SelectMany(Parts).Distinct();

        static bool IsSeen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

        static IEnumerable<Type> Parts(Type part) =>
            part.HasElementType ? Parts(part.GetElementType()!)
            : part.IsGenericParameter ? []
            : part.GetGenericArguments().SelectMany(Parts).Append(part.IsGenericType ? part.GetGenericTypeDefinition() : part);
    }

    // What .NET itself brings lies beside System.Private.CoreLib.
    private static bool IsFramework(string name) =>
        File.Exists(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, name + ".dll"));
}
