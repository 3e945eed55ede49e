using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Loader;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Tests.Calls;
using HandyBackup.Rpc.Tests.Fakes;

namespace HandyBackup.Rpc.Tests.Contracts;

/// <summary>
/// The build for Windows PowerShell (netstandard2.0) of Contracts and Rpc, loaded beside the other one, talks to a server of the
/// net8.0 build. StreamJsonRpc and System.Text.Json are those of this process: how their own netstandard2.0 builds behave under
/// .NET Framework is not shown here.
/// </summary>
public sealed class NetStandardBuildTests
{
    [Fact]
    public async Task Every_method_of_the_netstandard_build_reaches_the_server()
    {
        var context = new OwnBuildContext();
        Assembly rpc = context.LoadFromAssemblyName(new AssemblyName("HandyBackup.Rpc"));
        Type connectionType = rpc.GetType(typeof(PanelConnection).FullName!, throwOnError: true)!;
        Assert.NotEqual(typeof(PanelConnection), connectionType);

        int verified = 0;
        foreach (PropertyInfo property in connectionType.GetProperties().Where(p => p.PropertyType.IsInterface))
        {
            Assert.Same(context, AssemblyLoadContext.GetLoadContext(property.PropertyType.Assembly));
            foreach (MethodInfo method in property.PropertyType.GetMethods().Where(m => m.Name != nameof(IServerInfo.HelloAsync)))
            {
                var calls = new ConcurrentQueue<RecordedCall>();
                await using RpcPair pair = RpcPair.Open(RecordingService.CreateAll(calls));
                using IDisposable connection = await ConnectAsync(connectionType, pair.PanelEnd);
                await ContractCall.VerifyAsync(connection, method, calls);
                verified++;
            }
        }

        Assert.Equal(typeof(PanelConnection).GetProperties().Where(p => p.PropertyType.IsInterface).Sum(p => p.PropertyType.GetMethods().Length) - 1, verified);
    }

    private static async Task<IDisposable> ConnectAsync(Type connectionType, Stream transport)
    {
        MethodInfo connect = connectionType.GetMethod(nameof(PanelConnection.ConnectAsync), [typeof(Stream), typeof(TimeSpan), typeof(CancellationToken)])!;
        var connecting = (Task)connect.Invoke(null, [transport, TimeSpan.FromSeconds(20), TestTimeout.Token])!;
        await connecting.WaitAsync(TestTimeout.Token);
        return (IDisposable)connecting.GetType().GetProperty("Result")!.GetValue(connecting)!;
    }

    /// <summary>Takes our two assemblies from the netstandard2.0 build, everything else from the process.</summary>
    private sealed class OwnBuildContext : AssemblyLoadContext
    {
        protected override Assembly? Load(AssemblyName assemblyName)
        {
            if (assemblyName.Name is not ("HandyBackup.Rpc" or "HandyBackup.Contracts"))
            {
                return null;
            }

            // .../bin/HandyBackup.Rpc.Tests/debug/ -> .../bin/HandyBackup.Rpc/debug_netstandard2.0/
            var own = new DirectoryInfo(AppContext.BaseDirectory);
            string build = Path.Combine(own.Parent!.Parent!.FullName, assemblyName.Name, own.Name + "_netstandard2.0", assemblyName.Name + ".dll");
            return LoadFromAssemblyPath(build);
        }
    }
}
