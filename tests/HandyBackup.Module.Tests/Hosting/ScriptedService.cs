using System.Reflection;
using System.Runtime.CompilerServices;
using HandyBackup.Testing;

namespace HandyBackup.Module.Tests.Hosting;

/// <summary>Implements an interface of the contracts by what a test scripts, and notes each request.</summary>
public class ScriptedService : DispatchProxy
{
    private FakeServer _server = null!;

    internal static T Create<T>(FakeServer server)
        where T : class
    {
        T service = Create<T, ScriptedService>();
        ((ScriptedService)(object)service)._server = server;
        return service;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.Name == nameof(IDisposable.Dispose))
        {
            return null;
        }

        object? request = args!.Length > 1 ? args[0] : null;
        var token = (CancellationToken)args[^1]!;
        Func<object?, CancellationToken, object?> answer = _server.Take(targetMethod, request);
        Type returned = targetMethod.ReturnType;
        string wrapper = returned == typeof(Task) ? nameof(AsTaskAsync)
            : returned.GetGenericTypeDefinition() == typeof(Task<>) ? nameof(AsResultAsync)
            : nameof(AsStreamAsync);
        MethodInfo method = typeof(ScriptedService).GetMethod(wrapper, BindingFlags.NonPublic | BindingFlags.Static)!;
        if (returned.IsGenericType)
        {
            method = method.MakeGenericMethod(returned.GetGenericArguments()[0]);
        }

        return args is [_, IAsyncEnumerable<ReadOnlyMemory<byte>> content, _]
            ? typeof(ScriptedService).GetMethod(nameof(AsReceiverAsync), BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(returned.GetGenericArguments()[0])
                .Invoke(null, [answer, request, content, _server, token])
            : method.Invoke(null, [answer, request, token]);
    }

    private static async Task AsTaskAsync(Func<object?, CancellationToken, object?> answer, object? request, CancellationToken token)
    {
        if (answer(request, token) is Task waiting)
        {
            await waiting;
        }
    }

    // What is handed in with a call is read to its end before the call is answered.
    private static async Task<T> AsReceiverAsync<T>(
        Func<object?, CancellationToken, object?> answer, object? request, IAsyncEnumerable<ReadOnlyMemory<byte>> content, FakeServer server, CancellationToken token)
    {
        server.Received.Enqueue(await content.ReadAllAsync(token));
        return await AsResultAsync<T>(answer, request, token);
    }

    private static async Task<T> AsResultAsync<T>(Func<object?, CancellationToken, object?> answer, object? request, CancellationToken token)
    {
        object? result = answer(request, token);
        return result is Task<T> waiting ? await waiting : (T)result!;
    }

    private static async IAsyncEnumerable<T> AsStreamAsync<T>(Func<object?, CancellationToken, object?> answer, object? request, [EnumeratorCancellation] CancellationToken token)
    {
        object? result = answer(request, token);
        if (result is IAsyncEnumerable<T> stream)
        {
            await foreach (T element in stream.WithCancellation(token))
            {
                yield return element;
            }

            yield break;
        }

        foreach (T element in (IEnumerable<T>)result!)
        {
            yield return element;
        }
    }
}
