using System.Net.NetworkInformation;

namespace HandyBackup.Agent.Core.Connection;

/// <summary>Raises a signal when the system says that an address of this machine changed, until disposed of.</summary>
public sealed class AddressWatch : IDisposable
{
    private readonly ReconnectSignal _signal;

    /// <summary>Begins to watch.</summary>
    public AddressWatch(ReconnectSignal signal)
    {
        _signal = signal;
        NetworkChange.NetworkAddressChanged += OnChanged;
    }

    /// <summary>Ends the watch.</summary>
    public void Dispose() => NetworkChange.NetworkAddressChanged -= OnChanged;

    private void OnChanged(object? sender, EventArgs e) => _signal.Raise();
}
