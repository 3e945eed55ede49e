using System.Reflection;

namespace HandyBackup.Testing;

/// <summary>What a method of the contracts is called with: a sample for its request, and for content that it takes.</summary>
public static class SampleArguments
{
    /// <summary>The request; null if the method takes none.</summary>
    public static object? RequestOf(MethodInfo method) =>
        method.GetParameters() is [{ } request, _, ..] ? new SampleValue(1).Create(request.ParameterType) : null;

    /// <summary>All arguments.</summary>
    /// <param name="method">The method.</param>
    /// <param name="request">What <see cref="RequestOf"/> gave.</param>
    /// <param name="cancellationToken">The last argument.</param>
    public static object[] Of(MethodInfo method, object? request, CancellationToken cancellationToken) =>
        method.GetParameters().Length switch
        {
            1 => [cancellationToken],
            2 => [request!, cancellationToken],
            _ => [request!, TestContent.Of([1, 2], [3]), cancellationToken],
        };
}
