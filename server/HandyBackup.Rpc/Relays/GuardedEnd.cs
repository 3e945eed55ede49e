using System.Collections.Concurrent;
using System.Reflection;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Streams;

namespace HandyBackup.Rpc.Relays;

/// <summary>The end of a panel's calls that carries them out: the one place where each is judged first.</summary>
/// <param name="inner">Carries them out.</param>
/// <param name="guard">Judges.</param>
/// <param name="contract">The interface that is called.</param>
internal sealed class GuardedEnd(CallPath inner, IPanelGuard guard, Type contract) : CallPath
{
    private const string Asynchronous = "Async";
    private static readonly ConcurrentDictionary<(Type Contract, string Method), (string Name, RequiresAttribute? Requirement)> s_methods = new();

    public override Task<T> CallAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken, object? request, string method)
    {
        PanelCall entering = Describe(request, method);
        return inner.CallAsync(token => guard.CarryOutAsync(entering, call, token), cancellationToken, request, method);
    }

    public override IAsyncEnumerable<T> Stream<T>(
        Func<CancellationToken, IAsyncEnumerable<T>> open, StreamPace pace, CancellationToken cancellationToken, object? request, string method)
    {
        PanelCall entering = Describe(request, method);
        return inner.Stream(token => guard.OpenAsync(entering, open, token), pace, cancellationToken, request, method);
    }

    public override IAsyncEnumerable<ReadOnlyMemory<byte>> Content(
        Func<CancellationToken, IAsyncEnumerable<ReadOnlyMemory<byte>>> open, CancellationToken cancellationToken, object? request, string method)
    {
        PanelCall entering = Describe(request, method);
        return inner.Content(token => guard.OpenAsync(entering, open, token), cancellationToken, request, method);
    }

    public override Task<T> SendAsync<T>(
        IAsyncEnumerable<ReadOnlyMemory<byte>> content,
        Func<IAsyncEnumerable<ReadOnlyMemory<byte>>, CancellationToken, Task<T>> call,
        CancellationToken cancellationToken,
        object? request,
        string method)
    {
        PanelCall entering = Describe(request, method);
        return inner.SendAsync(
            content, (received, token) => guard.CarryOutAsync(entering, judged => call(received, judged), token), cancellationToken, request, method);
    }

    private PanelCall Describe(object? request, string method)
    {
        (string name, RequiresAttribute? requirement) = s_methods.GetOrAdd((contract, method), static key => Read(key.Contract, key.Method));
        return new PanelCall(name, requirement, request);
    }

    private static (string Name, RequiresAttribute? Requirement) Read(Type contract, string method)
    {
        string shortName = method.EndsWith(Asynchronous, StringComparison.Ordinal) ? method.Substring(0, method.Length - Asynchronous.Length) : method;
        return ($"{contract.Name.Substring(1)}.{shortName}", contract.GetMethod(method)?.GetCustomAttribute<RequiresAttribute>());
    }
}
