import Configuration
import Model
import Testing

@Suite("What is written")
struct ConfigurationWriterTests {
  @Test("is read as the same configuration", arguments: 1...1000)
  func roundTrip(_ seed: UInt64) {
    var generator = ConfigurationGenerator(seed: seed)
    let configuration = generator.configuration()
    let text = ConfigurationWriter.write(configuration)
    let reading = ConfigurationReader.read(Array(text.utf8), file: "generated.yaml")
    #expect(reading.configuration == configuration, "\(reading.diagnostics)\n\(text)")
  }

  @Test("shows the short form in full, every default included")
  func shortForm() throws {
    let reading = ConfigurationReader.read(
      Array(
        """
        controlPlane:
          endpoint: 10.0.0.250:6443
          servers: [10.0.0.11, 10.0.0.12, 10.0.0.13]
          interface: eth0
          priority: 150
          peer: 10.0.0.2
        """.utf8), file: "pintle.yaml")
    #expect(
      ConfigurationWriter.write(try #require(reading.configuration)) == """
        services:
          - name: kube-apiserver
            address: 10.0.0.250:6443
            protocol: tcp
            scheduler: wlc
            schedulerFlags: []
            forwarding: nat
            sourceNAT: vip
            onePacket: false
            servers:
              - address: 10.0.0.11:6443
                weight: 1
                upperThreshold: 0
                lowerThreshold: 0
              - address: 10.0.0.12:6443
                weight: 1
                upperThreshold: 0
                lowerThreshold: 0
              - address: 10.0.0.13:6443
                weight: 1
                upperThreshold: 0
                lowerThreshold: 0
            check:
              https: {path: /readyz, status: [200], ca: /etc/kubernetes/pki/ca.crt, serverName: kubernetes}
              interval: 1s
              timeout: 800ms
              rise: 2
              fall: 3
              sentinel: true
            drain: 1m
            slowStart: 0s
            whenAllFail: keep
            resetClients: true
            quorum: 1
            hysteresis: 0
        virtualRouters:
          - name: control-plane
            interface: eth0
            id: 51
            version: 3
            checksum: with-pseudo-header
            priority: 150
            advertisementInterval: 100ms
            addresses: [10.0.0.250/32]
            peers: [10.0.0.2]
            preempt: true
            startupHold: 2s
            services: [kube-apiserver]
            track:
              interfaces: []
              scripts: []
            announcements: {burst: 5, repeatAfter: 5s, refreshEvery: 0s}
            virtualMAC: false
            carrierDelay: 0s
        stop: keep

        """)
  }

  @Test("of nothing configures nothing")
  func nothing() {
    let text = ConfigurationWriter.write(DirectorConfiguration())
    #expect(
      ConfigurationReader.read(Array(text.utf8), file: "empty.yaml").configuration == DirectorConfiguration())
  }
}
