using System.IO.Pipes;
using System.Runtime.Versioning;
using System.Security.Principal;
using HandyBackup.Rpc.Local;
using HandyBackup.Server.DataPaths;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;

namespace HandyBackup.Server.Hosting;

/// <summary>Makes Kestrel listen on the local endpoint of a data path. To be used while the data path's lock is held.</summary>
internal sealed class LocalBinding : IDisposable
{
    private readonly LocalEndpoint _endpoint;
    private SocketAddressPath? _address;

    public LocalBinding(string dataPath) => _endpoint = LocalEndpoint.ForDataPath(dataPath);

    /// <summary>Adds the endpoint to a server that is being built. Each connection is handed to <paramref name="serve"/>.</summary>
    public void Configure(IWebHostBuilder builder, Func<ConnectionContext, Task> serve)
    {
        if (OperatingSystem.IsWindows())
        {
            ConfigurePipe(builder, (PipeEndpoint)_endpoint, serve);
        }
        else
        {
            ConfigureSocket(builder, (SocketEndpoint)_endpoint, serve);
        }
    }

    /// <summary>Narrows the rights of what listens now.</summary>
    public void Protect()
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(((SocketEndpoint)_endpoint).SocketPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    /// <summary>Leaves nothing behind that looks like a server.</summary>
    public void Dispose()
    {
        if (!OperatingSystem.IsWindows())
        {
            if (Directory.Exists(_endpoint.DataPath))
            {
                File.Delete(((SocketEndpoint)_endpoint).SocketPath);
            }

            _address?.Dispose();
        }
    }

    [UnsupportedOSPlatform("windows")]
    private void ConfigureSocket(IWebHostBuilder builder, SocketEndpoint endpoint, Func<ConnectionContext, Task> serve)
    {
        // The lock is ours, so whoever bound this name is gone.
        File.Delete(endpoint.SocketPath);
        _address = SocketAddressPath.Open(endpoint.DataPath, SocketEndpoint.FileName);
        string path = _address.Text;
        builder.ConfigureKestrel(options => options.ListenUnixSocket(path, listen => listen.Run(connection => serve(connection))));
    }

    [SupportedOSPlatform("windows")]
    private static void ConfigurePipe(IWebHostBuilder builder, PipeEndpoint endpoint, Func<ConnectionContext, Task> serve)
    {
        var security = new PipeSecurity();
        security.SetOwner(WindowsAccess.Owner());
        foreach (SecurityIdentifier trusted in WindowsAccess.TrustedUsers())
        {
            security.AddAccessRule(new PipeAccessRule(trusted, PipeAccessRights.FullControl, System.Security.AccessControl.AccessControlType.Allow));
        }

        builder.UseNamedPipes(options =>
        {
            // The list of rights replaces it: "current user only" would shut out the administrators.
            options.CurrentUserOnly = false;
            options.PipeSecurity = security;
        });
        builder.ConfigureKestrel(options => options.ListenNamedPipe(endpoint.PipeName, listen => listen.Run(connection => serve(connection))));
    }
}
