using System.Diagnostics.CodeAnalysis;

namespace AmlVnet.Core.Facts;

/// <summary>What is known of one part of the network.</summary>
public enum KnownState
{
    /// <summary>Nobody looked: the rules that need it do not apply.</summary>
    NotGathered,

    /// <summary>It is known that there is none.</summary>
    None,

    /// <summary>It was read.</summary>
    Value,

    /// <summary>It could not be read: the rules that need it answer Unknown, never Passed.</summary>
    Unknown,
}

/// <summary>A part of the network: read, known to be missing, unreadable with a reason, or (the default) not looked at.</summary>
/// <typeparam name="T">The facts.</typeparam>
public readonly record struct Known<T> where T : class
{
    private Known(KnownState state, T? value, string? why)
    {
        State = state;
        Value = value;
        Why = why;
    }

    /// <summary>Which of the four it is.</summary>
    public KnownState State { get; }

    /// <summary>The facts, when they were read.</summary>
    public T? Value { get; }

    /// <summary>Why they could not be read, or why there are none.</summary>
    public string? Why { get; }

    /// <summary>Gives the facts when they were read.</summary>
    public bool TryGet([NotNullWhen(true)] out T? value) => (value = Value) is not null;

    /// <summary>Facts that were read.</summary>
    public static implicit operator Known<T>(T value) => Known.Of(value);

    internal static Known<T> Make(KnownState state, T? value, string? why) => new(state, value, why);
}

/// <summary>Makes <see cref="Known{T}"/> values.</summary>
public static class Known
{
    /// <summary>Facts that were read.</summary>
    /// <exception cref="ArgumentNullException">There are none.</exception>
    public static Known<T> Of<T>(T value) where T : class
    {
        ArgumentNullException.ThrowIfNull(value);
        return Known<T>.Make(KnownState.Value, value, null);
    }

    /// <summary>It was looked for and there is none.</summary>
    /// <param name="why">How that is known, as a sentence.</param>
    public static Known<T> None<T>(string? why = null) where T : class => Known<T>.Make(KnownState.None, null, why);

    /// <summary>It could not be read.</summary>
    /// <param name="why">Why, as a sentence: the service's code and the action that was refused.</param>
    public static Known<T> Unknown<T>(string why) where T : class => Known<T>.Make(KnownState.Unknown, null, why);
}
