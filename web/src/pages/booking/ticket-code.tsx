/** What the gate scans. The text is for gates whose camera does not work. */
export function TicketCode({ code, svg }: { code: string; svg: string }) {
  return (
    <figure className="ticket-code">
      <img
        src={`data:image/svg+xml,${encodeURIComponent(svg)}`}
        alt="Ticket as QR code"
        width="220"
        height="220"
      />
      <figcaption>
        <code title="Ticket">{code}</code>
      </figcaption>
    </figure>
  )
}
